From Coq Require Import Arith.

(* statement *)
Theorem division_unique : forall a b q r : nat,
  r < b -> a = b * q + r -> q = a / b /\ r = a mod b.
