Require Import Context.

(* statement *)
Theorem one_inverse : forall (M : monoid) (x y z : carrier M),
  op M x y = neutral M -> op M y z = neutral M -> x = z.
