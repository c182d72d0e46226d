Require Import Context.

Theorem num_add_zero : forall n : num, add n zero = n.
Proof.
  induction n as [| n IH].
  - reflexivity.
  - simpl.
    rewrite IH.
    reflexivity.
Qed.
