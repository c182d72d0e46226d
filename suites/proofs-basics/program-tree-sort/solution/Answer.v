From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith Lia.

Lemma in_flatten_fork : forall y l x r,
  In y (flatten (fork l x r)) <-> In y (flatten l) \/ y = x \/ In y (flatten r).
Proof.
  intros y l x r.
  simpl.
  rewrite in_app_iff.
  simpl.
  intuition congruence.
Qed.

Lemma in_insert : forall k t y,
  In y (flatten (insert_key k t)) <-> y = k \/ In y (flatten t).
Proof.
  intros k t y.
  induction t as [| l IHl x r IHr].
  - simpl. intuition congruence.
  - simpl insert_key.
    destruct (Nat.ltb_spec k x) as [smaller | not_smaller].
    + rewrite 2 in_flatten_fork, IHl. tauto.
    + destruct (Nat.ltb_spec x k) as [larger | not_larger].
      * rewrite 2 in_flatten_fork, IHr. tauto.
      * assert (k = x) as -> by lia.
        rewrite in_flatten_fork.
        tauto.
Qed.

(** A list with a number in the middle ascends when both parts do and the number lies between them. *)
Lemma ascending_middle : forall x l m,
  ascending (l ++ x :: m) <->
  ascending l /\ ascending m /\ (forall y, In y l -> y < x) /\ (forall y, In y m -> x < y).
Proof.
  intros x l m.
  induction l as [| z l IH]; simpl.
  - split.
    + intros [less rest]. repeat split; [exact rest | contradiction | exact less].
    + intros [_ [rest [_ less]]]. split; [exact less | exact rest].
  - rewrite IH.
    split.
    + intros [least [up_l [up_m [below above]]]].
      assert (z < x) by (apply least, in_app_iff; right; left; reflexivity).
      repeat split; try assumption.
      * intros y inside. apply least, in_app_iff. left. exact inside.
      * intros y [<- | inside]; [assumption | exact (below y inside)].
    + intros [[least up_l] [up_m [below above]]].
      assert (z < x) by (apply below; left; reflexivity).
      repeat split; try assumption.
      * intros y inside.
        apply in_app_iff in inside.
        destruct inside as [early | [<- | late]].
        -- exact (least y early).
        -- assumption.
        -- specialize (above y late). lia.
      * intros y inside. apply below. right. exact inside.
Qed.

Lemma insert_ascending : forall k t, ascending (flatten t) -> ascending (flatten (insert_key k t)).
Proof.
  intros k t.
  induction t as [| l IHl x r IHr].
  - intros _. simpl. split; [contradiction | exact I].
  - simpl flatten at 1.
    rewrite ascending_middle.
    intros [up_l [up_r [below above]]].
    simpl insert_key.
    destruct (Nat.ltb_spec k x) as [smaller | not_smaller].
    + simpl.
      rewrite ascending_middle.
      repeat split; [exact (IHl up_l) | exact up_r | | exact above].
      intros y inside.
      apply in_insert in inside.
      destruct inside as [-> | old]; [exact smaller | exact (below y old)].
    + destruct (Nat.ltb_spec x k) as [larger | not_larger].
      * simpl.
        rewrite ascending_middle.
        repeat split; [exact up_l | exact (IHr up_r) | exact below |].
        intros y inside.
        apply in_insert in inside.
        destruct inside as [-> | old]; [exact larger | exact (above y old)].
      * simpl.
        rewrite ascending_middle.
        repeat split; assumption.
Qed.

Theorem tree_sort_sorts : forall l : list nat,
  ascending (tree_sort l) /\ forall y, In y (tree_sort l) <-> In y l.
Proof.
  intros l.
  unfold tree_sort.
  induction l as [| x l [up same]]; simpl fold_right.
  - split; [exact I | reflexivity].
  - split.
    + apply insert_ascending. exact up.
    + intros y.
      rewrite in_insert, same.
      simpl.
      intuition congruence.
Qed.
