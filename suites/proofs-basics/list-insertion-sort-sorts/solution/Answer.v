From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith Lia.

Lemma in_insert_sorted : forall y x l, In y (insert_sorted x l) -> y = x \/ In y l.
Proof.
  intros y x l.
  induction l as [| z l IH]; simpl.
  - intuition congruence.
  - destruct (Nat.leb x z); simpl; intuition congruence.
Qed.

Lemma insert_sorted_keeps : forall x l, is_sorted l -> is_sorted (insert_sorted x l).
Proof.
  intros x l.
  induction l as [| z l IH]; simpl.
  - intros _. split; [intros y [] | exact I].
  - intros [least rest].
    destruct (Nat.leb_spec x z) as [first | later]; simpl.
    + split; [| split; [exact least | exact rest]].
      intros y [<- | inside].
      * exact first.
      * specialize (least y inside). lia.
    + split.
      * intros y inside.
        destruct (in_insert_sorted y x l inside) as [-> | old].
        -- lia.
        -- exact (least y old).
      * exact (IH rest).
Qed.

Theorem insertion_sort_sorts : forall l : list nat, is_sorted (insertion_sort l).
Proof.
  induction l as [| x l IH]; simpl.
  - exact I.
  - apply insert_sorted_keeps. exact IH.
Qed.
