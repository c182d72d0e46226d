Require Import Context.

Theorem num_mul_comm : forall m n : num, mul m n = mul n m.
Proof.
Admitted.
