From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith Lia.

Lemma rearranged_refl : forall l, rearranged l l.
Proof.
  induction l as [| x l IH].
  - apply rearranged_nil.
  - apply rearranged_cons. exact IH.
Qed.

(** An element in the middle may come to the front. *)
Lemma rearranged_middle : forall x l m, rearranged (x :: l ++ m) (l ++ x :: m).
Proof.
  intros x l m.
  induction l as [| y l IH]; simpl.
  - apply rearranged_refl.
  - apply rearranged_trans with (y :: x :: l ++ m).
    + apply rearranged_swap.
    + apply rearranged_cons. exact IH.
Qed.

Lemma occurrences_app : forall x l m, occurrences x (l ++ m) = occurrences x l + occurrences x m.
Proof.
  intros x l m.
  induction l as [| y l IH]; simpl.
  - reflexivity.
  - destruct (Nat.eqb x y); simpl; lia.
Qed.

(** Where a number occurs, the list can be split. *)
Lemma occurs_split : forall x l, occurrences x l <> 0 -> exists before after, l = before ++ x :: after.
Proof.
  intros x l.
  induction l as [| y l IH]; simpl.
  - lia.
  - destruct (Nat.eqb_spec x y) as [-> | other]; intros occurs.
    + exists [], l. reflexivity.
    + destruct (IH occurs) as [before [after ->]].
      exists (y :: before), after.
      reflexivity.
Qed.

Lemma counts_of_rearranged : forall l m,
  rearranged l m -> forall x, occurrences x l = occurrences x m.
Proof.
  intros l m same z.
  induction same as [| x l m _ IH | x y l | k l m _ IH1 _ IH2]; simpl.
  - reflexivity.
  - rewrite IH. reflexivity.
  - destruct (Nat.eqb z x); destruct (Nat.eqb z y); reflexivity.
  - rewrite IH1. exact IH2.
Qed.

Theorem rearranged_iff_counts : forall l m : list nat,
  rearranged l m <-> forall x, occurrences x l = occurrences x m.
Proof.
  split.
  - apply counts_of_rearranged.
  - revert m.
    induction l as [| x l IH]; intros m same.
    + destruct m as [| y m].
      * apply rearranged_nil.
      * specialize (same y). simpl in same. rewrite Nat.eqb_refl in same. discriminate.
    + destruct (occurs_split x m) as [before [after ->]].
      { rewrite <- same. simpl. rewrite Nat.eqb_refl. discriminate. }
      apply rearranged_trans with (x :: before ++ after).
      * apply rearranged_cons.
        apply IH.
        intros z.
        specialize (same z).
        rewrite occurrences_app in same.
        simpl in same.
        rewrite occurrences_app.
        destruct (Nat.eqb z x); lia.
      * apply rearranged_middle.
Qed.
