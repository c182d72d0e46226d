Require Import Context.

Theorem prime_divisor : forall n : nat, 1 < n -> exists p, prime p /\ divides p n.
Proof.
Admitted.
