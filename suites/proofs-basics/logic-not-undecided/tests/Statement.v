(* statement *)
Theorem not_undecided : forall P : Prop, ~ ~ (P \/ ~ P).
