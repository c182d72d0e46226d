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

(** Left of every fork are smaller numbers only, right of it larger ones. *)
Fixpoint search_tree (t : tree) : Prop :=
  match t with
  | leaf => True
  | fork l x r =>
      search_tree l /\ search_tree r /\
      (forall y, List.In y (flatten l) -> y < x) /\ (forall y, List.In y (flatten r) -> x < y)
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
