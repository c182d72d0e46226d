From Coq Require Import Classical.
From Coq Require Import Lia.

Theorem some_colour_recurs : forall f : nat -> bool,
  (forall n, exists m, n <= m /\ f m = true) \/ (forall n, exists m, n <= m /\ f m = false).
Proof.
  intros f.
  destruct (classic (forall n, exists m, n <= m /\ f m = true)) as [often | not_often].
  - left. exact often.
  - right.
    (* From some point on there is no true any more. *)
    apply not_all_ex_not in not_often.
    destruct not_often as [point none].
    intros n.
    exists (n + point).
    split.
    + lia.
    + destruct (f (n + point)) eqn:colour.
      * exfalso.
        apply none.
        exists (n + point).
        split.
        -- lia.
        -- exact colour.
      * reflexivity.
Qed.
