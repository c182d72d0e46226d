(** Two lists have the same elements, in whatever order. *)
Inductive rearranged : list nat -> list nat -> Prop :=
  | rearranged_nil : rearranged nil nil
  | rearranged_cons : forall x l m, rearranged l m -> rearranged (cons x l) (cons x m)
  | rearranged_swap : forall x y l, rearranged (cons x (cons y l)) (cons y (cons x l))
  | rearranged_trans : forall k l m, rearranged k l -> rearranged l m -> rearranged k m.

(** How often a number is in a list. *)
Fixpoint occurrences (x : nat) (l : list nat) : nat :=
  match l with
  | nil => 0
  | cons y rest => if Nat.eqb x y then S (occurrences x rest) else occurrences x rest
  end.
