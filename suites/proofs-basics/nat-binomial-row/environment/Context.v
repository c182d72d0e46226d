(** The sum of [f i] over all [i] below [n]. *)
Fixpoint sum_below (f : nat -> nat) (n : nat) : nat :=
  match n with
  | 0 => 0
  | S k => sum_below f k + f k
  end.

(** In how many ways [k] of [n] things can be chosen: an entry of Pascal's triangle. *)
Fixpoint binomial (n k : nat) : nat :=
  match n, k with
  | _, 0 => 1
  | 0, S _ => 0
  | S m, S j => binomial m j + binomial m (S j)
  end.
