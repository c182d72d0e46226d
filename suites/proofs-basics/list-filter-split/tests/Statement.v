From Coq Require Import List.
Import ListNotations.

(* statement *)
Theorem filter_split : forall (A : Type) (test : A -> bool) (l : list A),
  length (filter test l) + length (filter (fun x => negb (test x)) l) = length l.
