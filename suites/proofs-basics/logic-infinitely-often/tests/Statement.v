From Coq Require Import Classical.

(* statement *)
Theorem some_colour_recurs : forall f : nat -> bool,
  (forall n, exists m, n <= m /\ f m = true) \/ (forall n, exists m, n <= m /\ f m = false).
