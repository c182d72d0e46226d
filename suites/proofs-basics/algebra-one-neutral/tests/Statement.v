Require Import Context.

(* statement *)
Theorem one_neutral_element : forall (M : monoid) (u : carrier M),
  (forall x, op M u x = x) -> u = neutral M.
