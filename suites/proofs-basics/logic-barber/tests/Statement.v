(* statement *)
Theorem no_barber : forall (person : Type) (shaves : person -> person -> Prop),
  ~ exists barber, forall x, shaves barber x <-> ~ shaves x x.
