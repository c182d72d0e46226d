From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem tree_sort_sorts : forall l : list nat,
  ascending (tree_sort l) /\ forall y, In y (tree_sort l) <-> In y l.
Proof.
Admitted.
