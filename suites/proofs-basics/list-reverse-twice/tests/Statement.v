From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem reverse_twice : forall (A : Type) (l : list A), reverse (reverse l) = l.
