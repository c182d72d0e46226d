From Coq Require Import Arith.
Require Import Context.

(* statement *)
Theorem powers_of_two_add_up : forall n : nat, sum_below (fun i => 2 ^ i) n + 1 = 2 ^ n.
