Require Import Context.

(* statement *)
Theorem fast_factorial_is_factorial : forall n : nat, fast_factorial n = factorial n.
