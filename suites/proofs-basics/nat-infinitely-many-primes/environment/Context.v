Definition divides (d n : nat) : Prop := exists k, n = d * k.

(** Larger than one, and divided by one and itself only. *)
Definition prime (p : nat) : Prop :=
  1 < p /\ forall d, divides d p -> d = 1 \/ d = p.
