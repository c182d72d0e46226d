(** [sublist l m]: leaving out some elements of [m] gives [l]. *)
Inductive sublist {A : Type} : list A -> list A -> Prop :=
  | sublist_nil : sublist nil nil
  | sublist_keep : forall x l m, sublist l m -> sublist (cons x l) (cons x m)
  | sublist_drop : forall x l m, sublist l m -> sublist l (cons x m).
