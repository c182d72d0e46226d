Require Import Context.

(* statement *)
Theorem injective_iff_trivial_kernel : forall (G H : group) (f : carrier G -> carrier H),
  (forall x y, f (op G x y) = op H (f x) (f y)) ->
  ((forall x y, f x = f y -> x = y) <-> (forall x, f x = neutral H -> x = neutral G)).
