From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem insertion_sort_sorts : forall l : list nat, is_sorted (insertion_sort l).
