(* statement *)
Theorem least_number : forall P : nat -> Prop,
  (forall n, P n \/ ~ P n) -> (exists n, P n) -> exists n, P n /\ forall m, P m -> n <= m.
