From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem insertion_sort_rearranges : forall l : list nat, rearranged l (insertion_sort l).
