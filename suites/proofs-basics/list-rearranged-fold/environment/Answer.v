From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem fold_of_rearranged : forall (op : nat -> nat -> nat) (start : nat),
  (forall x y z, op x (op y z) = op (op x y) z) ->
  (forall x y, op x y = op y x) ->
  forall l m, rearranged l m -> fold_right op start l = fold_right op start m.
Proof.
Admitted.
