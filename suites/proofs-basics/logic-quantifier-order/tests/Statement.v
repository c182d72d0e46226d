(* statement *)
Theorem one_for_all : forall (A B : Type) (R : A -> B -> Prop),
  (exists x, forall y, R x y) -> forall y, exists x, R x y.
