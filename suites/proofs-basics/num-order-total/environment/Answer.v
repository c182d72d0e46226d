Require Import Context.

Theorem num_order_total : forall m n : num, at_most m n \/ at_most n m.
Proof.
Admitted.
