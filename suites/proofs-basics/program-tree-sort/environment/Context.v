From Coq Require List.

(** Binary trees with a number at every fork. *)
Inductive tree : Type :=
  | leaf : tree
  | fork : tree -> nat -> tree -> tree.

(** The numbers of a tree from left to right. *)
Fixpoint flatten (t : tree) : list nat :=
  match t with
  | leaf => nil
  | fork l x r => app (flatten l) (cons x (flatten r))
  end.

(** Puts a number in its place, unless it is there. *)
Fixpoint insert_key (k : nat) (t : tree) : tree :=
  match t with
  | leaf => fork leaf k leaf
  | fork l x r =>
      if Nat.ltb k x then fork (insert_key k l) x r
      else if Nat.ltb x k then fork l x (insert_key k r)
      else fork l x r
  end.

(** The last number of the list is inserted first. *)
Definition tree_sort (l : list nat) : list nat :=
  flatten (List.fold_right insert_key leaf l).

(** Every number is less than all that come after it. *)
Fixpoint ascending (l : list nat) : Prop :=
  match l with
  | nil => True
  | cons x rest => (forall y, List.In y rest -> x < y) /\ ascending rest
  end.
