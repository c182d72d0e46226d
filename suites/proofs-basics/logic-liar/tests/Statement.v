(* statement *)
Theorem no_liar : forall P : Prop, ~ (P <-> ~ P).
