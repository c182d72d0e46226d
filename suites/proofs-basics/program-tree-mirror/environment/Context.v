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

Fixpoint mirror (t : tree) : tree :=
  match t with
  | leaf => leaf
  | fork l x r => fork (mirror r) x (mirror l)
  end.
