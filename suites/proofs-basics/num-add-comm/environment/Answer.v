Require Import Context.

Theorem num_add_comm : forall m n : num, add m n = add n m.
Proof.
Admitted.
