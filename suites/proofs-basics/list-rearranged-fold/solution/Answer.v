From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem fold_of_rearranged : forall (op : nat -> nat -> nat) (start : nat),
  (forall x y z, op x (op y z) = op (op x y) z) ->
  (forall x y, op x y = op y x) ->
  forall l m, rearranged l m -> fold_right op start l = fold_right op start m.
Proof.
  intros op start assoc comm l m same.
  induction same as [| x l m _ IH | x y l | k l m _ IH1 _ IH2]; simpl.
  - reflexivity.
  - rewrite IH. reflexivity.
  - rewrite 2 assoc, (comm x y). reflexivity.
  - rewrite IH1. exact IH2.
Qed.
