From Coq Require Import Arith.
Require Import Context.

(* statement *)
Theorem binomial_row : forall n : nat, sum_below (binomial n) (n + 1) = 2 ^ n.
