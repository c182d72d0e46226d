Require Import Context.

(* statement *)
Theorem absorption : forall (L : lattice) (x y : carrier L), meet L x (join L x y) = x.
