Require Import Context.

Theorem num_add_zero : forall n : num, add n zero = n.
Proof.
Admitted.
