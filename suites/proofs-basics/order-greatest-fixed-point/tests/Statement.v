Require Import Context.

(* statement *)
Theorem greatest_fixed_point : forall (L : complete_order) (f : carrier L -> carrier L),
  (forall x y, leq L x y -> leq L (f x) (f y)) ->
  exists x, f x = x /\ forall y, f y = y -> leq L y x.
