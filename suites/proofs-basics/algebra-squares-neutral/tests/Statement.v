Require Import Context.

(* statement *)
Theorem squares_neutral_commute : forall G : group,
  (forall x, op G x x = neutral G) -> forall x y, op G x y = op G y x.
