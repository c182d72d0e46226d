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

Theorem num_add_cancel : forall k m n : num, add m k = add n k -> m = n.
Proof.
  intros k m n.
  induction k as [| k IH].
  - rewrite 2 add_zero_right.
    intros same. exact same.
  - rewrite 2 add_succ_right.
    intros same.
    injection same as same.
    exact (IH same).
Qed.
