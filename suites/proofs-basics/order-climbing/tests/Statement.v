Require Import Context.

(* statement *)
Theorem climbing : forall (P : order) (f : carrier P -> carrier P),
  (forall x y, leq P x y -> leq P (f x) (f y)) ->
  forall x, leq P x (f x) -> forall n, leq P (iterate f n x) (iterate f (n + 1) x).
