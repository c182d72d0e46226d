(* statement *)
Theorem swap_conjunction : forall P Q : Prop, P /\ Q -> Q /\ P.
