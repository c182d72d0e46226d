(** What a list of binary digits stands for, the least significant first. *)
Fixpoint value (digits : list bool) : nat :=
  match digits with
  | nil => 0
  | cons true rest => 2 * value rest + 1
  | cons false rest => 2 * value rest
  end.

Fixpoint increment (digits : list bool) : list bool :=
  match digits with
  | nil => cons true nil
  | cons false rest => cons true rest
  | cons true rest => cons false (increment rest)
  end.
