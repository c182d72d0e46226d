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

(** What is in the tree does not depend on its being a search tree. *)
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

Theorem insert_keeps_search_tree : forall (k : nat) (t : tree), search_tree t ->
  search_tree (insert_key k t) /\
  forall y, In y (flatten (insert_key k t)) <-> y = k \/ In y (flatten t).
Proof.
  intros k t ordered.
  split; [| apply in_insert].
  induction t as [| l IHl x r IHr].
  - simpl. intuition.
  - destruct ordered as [ordered_l [ordered_r [left_smaller right_larger]]].
    simpl insert_key.
    destruct (Nat.ltb_spec k x) as [smaller | not_smaller].
    + repeat split.
      * exact (IHl ordered_l).
      * exact ordered_r.
      * intros y inside.
        apply in_insert in inside.
        destruct inside as [-> | old]; [exact smaller | exact (left_smaller y old)].
      * exact right_larger.
    + destruct (Nat.ltb_spec x k) as [larger | not_larger].
      * repeat split.
        -- exact ordered_l.
        -- exact (IHr ordered_r).
        -- exact left_smaller.
        -- intros y inside.
           apply in_insert in inside.
           destruct inside as [-> | old]; [exact larger | exact (right_larger y old)].
      * repeat split; assumption.
Qed.
