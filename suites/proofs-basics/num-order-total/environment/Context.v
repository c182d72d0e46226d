(** Natural numbers of our own: zero, and a successor of each. *)
Inductive num : Type :=
  | zero : num
  | succ : num -> num.

Fixpoint add (m n : num) : num :=
  match m with
  | zero => n
  | succ k => succ (add k n)
  end.

Definition at_most (m n : num) : Prop := exists k, add m k = n.
