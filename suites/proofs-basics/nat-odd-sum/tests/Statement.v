Require Import Context.

(* statement *)
Theorem odd_numbers_add_up : forall n : nat, sum_below (fun i => 2 * i + 1) n = n * n.
