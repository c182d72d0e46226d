Require Import Context.

(* statement *)
Theorem increment_adds_one : forall digits : list bool, value (increment digits) = value digits + 1.
