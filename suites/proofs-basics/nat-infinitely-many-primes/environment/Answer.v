Require Import Context.

Theorem infinitely_many_primes : forall n : nat, exists p, n < p /\ prime p.
Proof.
Admitted.
