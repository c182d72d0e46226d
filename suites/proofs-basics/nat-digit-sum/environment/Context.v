(** What a list of digits stands for, the least significant first. *)
Fixpoint value (digits : list nat) : nat :=
  match digits with
  | nil => 0
  | cons d rest => d + 10 * value rest
  end.

Fixpoint digit_sum (digits : list nat) : nat :=
  match digits with
  | nil => 0
  | cons d rest => d + digit_sum rest
  end.
