From Coq Require Import Arith.

(* statement *)
Theorem two_squares_modulo_four : forall a b : nat, (a * a + b * b) mod 4 <> 3.
