Require Import Context.

(* statement *)
Theorem cubes_add_up : forall n : nat,
  sum_below (fun i => i * i * i) n = sum_below (fun i => i) n * sum_below (fun i => i) n.
