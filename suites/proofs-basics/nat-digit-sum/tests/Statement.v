From Coq Require Import Arith List.
Require Import Context.

(* statement *)
Theorem casting_out_nines : forall digits : list nat,
  value digits mod 9 = digit_sum digits mod 9.
