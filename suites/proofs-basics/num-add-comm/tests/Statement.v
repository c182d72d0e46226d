Require Import Context.

(* statement *)
Theorem num_add_comm : forall m n : num, add m n = add n m.
