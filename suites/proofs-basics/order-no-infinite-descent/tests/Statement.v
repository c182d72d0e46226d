(* statement *)
Theorem no_infinite_descent : ~ exists f : nat -> nat, forall n, f (n + 1) < f n.
