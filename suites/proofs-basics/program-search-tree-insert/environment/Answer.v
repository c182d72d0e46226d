From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem insert_keeps_search_tree : forall (k : nat) (t : tree), search_tree t ->
  search_tree (insert_key k t) /\
  forall y, In y (flatten (insert_key k t)) <-> y = k \/ In y (flatten t).
Proof.
Admitted.
