From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith Lia.

Theorem lookup_finds : forall (k : nat) (t : tree), search_tree t ->
  (lookup k t = true <-> In k (flatten t)).
Proof.
  intros k t ordered.
  induction t as [| l IHl x r IHr]; simpl.
  - split; [discriminate | contradiction].
  - destruct ordered as [ordered_l [ordered_r [left_smaller right_larger]]].
    rewrite in_app_iff.
    simpl.
    destruct (Nat.ltb_spec k x) as [smaller | not_smaller].
    + (* Not here, and nothing on the right is as small. *)
      rewrite (IHl ordered_l).
      split; [tauto |].
      intros [inside | [here | inside]].
      * exact inside.
      * lia.
      * specialize (right_larger k inside). lia.
    + destruct (Nat.ltb_spec x k) as [larger | not_larger].
      * rewrite (IHr ordered_r).
        split; [tauto |].
        intros [inside | [here | inside]].
        -- specialize (left_smaller k inside). lia.
        -- lia.
        -- exact inside.
      * split; [| reflexivity].
        intros _.
        right. left. lia.
Qed.
