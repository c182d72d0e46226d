(* statement *)
Theorem postage : forall n : nat, 8 <= n -> exists a b, n = 3 * a + 5 * b.
