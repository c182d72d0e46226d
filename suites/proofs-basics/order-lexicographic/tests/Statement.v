Require Import Context.

(* statement *)
Theorem lexicographic_well_founded : well_founded pair_less.
