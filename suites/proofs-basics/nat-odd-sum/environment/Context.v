(** The sum of [f i] over all [i] below [n]. *)
Fixpoint sum_below (f : nat -> nat) (n : nat) : nat :=
  match n with
  | 0 => 0
  | S k => sum_below f k + f k
  end.
