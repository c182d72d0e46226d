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

(** Two lists have the same elements, in whatever order. *)
Inductive rearranged : list nat -> list nat -> Prop :=
  | rearranged_nil : rearranged nil nil
  | rearranged_cons : forall x l m, rearranged l m -> rearranged (cons x l) (cons x m)
  | rearranged_swap : forall x y l, rearranged (cons x (cons y l)) (cons y (cons x l))
  | rearranged_trans : forall k l m, rearranged k l -> rearranged l m -> rearranged k m.
