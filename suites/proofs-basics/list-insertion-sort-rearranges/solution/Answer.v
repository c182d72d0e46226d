From Coq Require Import List.
Import ListNotations.
Require Import Context.

Lemma rearranged_refl : forall l, rearranged l l.
Proof.
  induction l as [| x l IH].
  - apply rearranged_nil.
  - apply rearranged_cons. exact IH.
Qed.

Lemma insert_sorted_rearranges : forall x l, rearranged (x :: l) (insert_sorted x l).
Proof.
  intros x l.
  induction l as [| y l IH]; simpl.
  - apply rearranged_refl.
  - destruct (Nat.leb x y).
    + apply rearranged_refl.
    + apply rearranged_trans with (y :: x :: l).
      * apply rearranged_swap.
      * apply rearranged_cons. exact IH.
Qed.

Theorem insertion_sort_rearranges : forall l : list nat, rearranged l (insertion_sort l).
Proof.
  induction l as [| x l IH]; simpl.
  - apply rearranged_nil.
  - apply rearranged_trans with (x :: insertion_sort l).
    + apply rearranged_cons. exact IH.
    + apply insert_sorted_rearranges.
Qed.
