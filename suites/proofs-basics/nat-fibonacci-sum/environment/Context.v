(** The sum of [f i] over all [i] below [n]. *)
Fixpoint sum_below (f : nat -> nat) (n : nat) : nat :=
  match n with
  | 0 => 0
  | S k => sum_below f k + f k
  end.

(** Fibonacci's numbers: 0, 1, 1, 2, 3, 5, 8 and so on. *)
Fixpoint fib (n : nat) : nat :=
  match n with
  | 0 => 0
  | S m =>
      match m with
      | 0 => 1
      | S k => fib m + fib k
      end
  end.
