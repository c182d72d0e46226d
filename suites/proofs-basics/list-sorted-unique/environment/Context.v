From Coq Require List.

(** No number is larger than one that comes after it. *)
Fixpoint is_sorted (l : list nat) : Prop :=
  match l with
  | nil => True
  | cons x rest => (forall y, List.In y rest -> x <= y) /\ is_sorted rest
  end.

(** How often a number is in a list. *)
Fixpoint occurrences (x : nat) (l : list nat) : nat :=
  match l with
  | nil => 0
  | cons y rest => if Nat.eqb x y then S (occurrences x rest) else occurrences x rest
  end.
