Require Import Context.

Lemma add_zero_right : forall n : num, add n zero = n.
Proof.
  induction n as [| n IH]; simpl.
  - reflexivity.
  - rewrite IH. reflexivity.
Qed.

Lemma add_succ_right : forall m n : num, add m (succ n) = succ (add m n).
Proof.
  intros m n.
  induction m as [| m IH]; simpl.
  - reflexivity.
  - rewrite IH. reflexivity.
Qed.

Theorem num_add_comm : forall m n : num, add m n = add n m.
Proof.
  intros m n.
  induction m as [| m IH]; simpl.
  - rewrite add_zero_right. reflexivity.
  - rewrite add_succ_right, IH. reflexivity.
Qed.
