From Coq Require List.

(** Puts a number before the first one that is not smaller. *)
Fixpoint insert_sorted (x : nat) (l : list nat) : list nat :=
  match l with
  | nil => cons x nil
  | cons y rest => if Nat.leb x y then cons x (cons y rest) else cons y (insert_sorted x rest)
  end.

Fixpoint insertion_sort (l : list nat) : list nat :=
  match l with
  | nil => nil
  | cons x rest => insert_sorted x (insertion_sort rest)
  end.

(** No number is larger than one that comes after it. *)
Fixpoint is_sorted (l : list nat) : Prop :=
  match l with
  | nil => True
  | cons x rest => (forall y, List.In y rest -> x <= y) /\ is_sorted rest
  end.
