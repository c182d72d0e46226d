From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem sorted_unique : forall l m : list nat,
  is_sorted l -> is_sorted m -> (forall x, occurrences x l = occurrences x m) -> l = m.
