Require Import Context.

(* statement *)
Theorem num_add_zero : forall n : num, add n zero = n.
