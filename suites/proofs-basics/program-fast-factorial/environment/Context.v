Fixpoint factorial (n : nat) : nat :=
  match n with
  | 0 => 1
  | S k => S k * factorial k
  end.

(** Multiplies into [acc] on its way down. *)
Fixpoint loop (n acc : nat) : nat :=
  match n with
  | 0 => acc
  | S k => loop k (acc * S k)
  end.

Definition fast_factorial (n : nat) : nat := loop n 1.
