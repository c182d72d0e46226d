(* statement *)
Theorem no_enumeration_of_predicates : forall (A : Type) (f : A -> (A -> Prop)),
  ~ forall P : A -> Prop, exists x, f x = P.
