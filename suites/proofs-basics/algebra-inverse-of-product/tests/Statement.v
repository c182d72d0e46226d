Require Import Context.

(* statement *)
Theorem inverse_of_product : forall (G : group) (x y : carrier G),
  inverse G (op G x y) = op G (inverse G y) (inverse G x).
