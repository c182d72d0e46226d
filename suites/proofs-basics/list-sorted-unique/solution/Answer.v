From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith Lia.

Lemma occurrences_head : forall x l, occurrences x (x :: l) = S (occurrences x l).
Proof.
  intros x l.
  simpl.
  rewrite Nat.eqb_refl.
  reflexivity.
Qed.

Lemma occurs_in : forall x l, occurrences x l <> 0 -> In x l.
Proof.
  intros x l.
  induction l as [| y l IH]; simpl.
  - lia.
  - destruct (Nat.eqb_spec x y) as [-> | other].
    + intros _. left. reflexivity.
    + intros occurs. right. exact (IH occurs).
Qed.

(** The head of a sorted list is at most everything that occurs in it. *)
Lemma head_least : forall x l y, is_sorted (x :: l) -> occurrences y (x :: l) <> 0 -> x <= y.
Proof.
  intros x l y [least _] occurs.
  destruct (occurs_in y (x :: l) occurs) as [<- | inside].
  - apply le_n.
  - exact (least y inside).
Qed.

Theorem sorted_unique : forall l m : list nat,
  is_sorted l -> is_sorted m -> (forall x, occurrences x l = occurrences x m) -> l = m.
Proof.
  induction l as [| x l IH]; intros [| y m] sorted_l sorted_m same.
  - reflexivity.
  - specialize (same y). rewrite occurrences_head in same. discriminate.
  - specialize (same x). rewrite occurrences_head in same. discriminate.
  - assert (x = y) as <-.
    { apply Nat.le_antisymm.
      - apply (head_least x l y sorted_l).
        rewrite same, occurrences_head. discriminate.
      - apply (head_least y m x sorted_m).
        rewrite <- same, occurrences_head. discriminate. }
    f_equal.
    apply IH.
    + apply sorted_l.
    + apply sorted_m.
    + intros z.
      specialize (same z).
      simpl in same.
      destruct (Nat.eqb z x); lia.
Qed.
