Require Import Context.

Theorem num_add_cancel : forall k m n : num, add m k = add n k -> m = n.
Proof.
Admitted.
