Require Import Context.

(* statement *)
Theorem homomorphism_keeps : forall (G H : group) (f : carrier G -> carrier H),
  (forall x y, f (op G x y) = op H (f x) (f y)) ->
  f (neutral G) = neutral H /\ forall x, f (inverse G x) = inverse H (f x).
