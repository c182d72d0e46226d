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

Lemma add_comm : forall m n : num, add m n = add n m.
Proof.
  intros m n.
  induction m as [| m IH]; simpl.
  - rewrite add_zero_right. reflexivity.
  - rewrite add_succ_right, IH. reflexivity.
Qed.

Lemma add_assoc : forall k m n : num, add k (add m n) = add (add k m) n.
Proof.
  intros k m n.
  induction k as [| k IH]; simpl.
  - reflexivity.
  - rewrite IH. reflexivity.
Qed.

Lemma mul_zero_right : forall n : num, mul n zero = zero.
Proof.
  induction n as [| n IH]; simpl.
  - reflexivity.
  - exact IH.
Qed.

Lemma mul_succ_right : forall m n : num, mul m (succ n) = add m (mul m n).
Proof.
  intros m n.
  induction m as [| m IH]; simpl.
  - reflexivity.
  - rewrite IH, 2 add_assoc, (add_comm n m). reflexivity.
Qed.

Theorem num_mul_comm : forall m n : num, mul m n = mul n m.
Proof.
  intros m n.
  induction m as [| m IH]; simpl.
  - rewrite mul_zero_right. reflexivity.
  - rewrite mul_succ_right, IH. reflexivity.
Qed.
