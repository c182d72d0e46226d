From Coq Require Import Arith.
Require Import Context.

(* statement *)
Theorem evaluator_follows_rules : forall (e : expr) (n : nat), evaluates e n <-> eval e = Some n.
