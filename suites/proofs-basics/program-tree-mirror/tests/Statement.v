From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem flatten_mirror : forall t : tree, flatten (mirror t) = rev (flatten t).
