From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem lookup_finds : forall (k : nat) (t : tree), search_tree t ->
  (lookup k t = true <-> In k (flatten t)).
