Require Import Context.

(* statement *)
Theorem infinitely_many_primes : forall n : nat, exists p, n < p /\ prime p.
