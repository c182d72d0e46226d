Require Import Context.

(* statement *)
Theorem folding_keeps_value : forall (env : nat -> nat) (e : expr),
  eval env (fold_constants e) = eval env e.
