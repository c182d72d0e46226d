Require Import Context.

(* statement *)
Theorem galois_there_and_back :
  forall (P Q : order) (f : carrier P -> carrier Q) (g : carrier Q -> carrier P),
  (forall x y, leq Q (f x) y <-> leq P x (g y)) -> forall x, f (g (f x)) = f x.
