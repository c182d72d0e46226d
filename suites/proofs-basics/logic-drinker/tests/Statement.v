From Coq Require Import Classical.

(* statement *)
Theorem drinker : forall (person : Type) (somebody : person) (drinks : person -> Prop),
  exists x, drinks x -> forall y, drinks y.
