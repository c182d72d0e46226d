From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem rearranged_iff_counts : forall l m : list nat,
  rearranged l m <-> forall x, occurrences x l = occurrences x m.
