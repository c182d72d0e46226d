Require Import Context.

Theorem fast_factorial_is_factorial : forall n : nat, fast_factorial n = factorial n.
Proof.
Admitted.
