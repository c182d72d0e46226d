(** Two lists have the same elements, in whatever order. *)
Inductive rearranged : list nat -> list nat -> Prop :=
  | rearranged_nil : rearranged nil nil
  | rearranged_cons : forall x l m, rearranged l m -> rearranged (cons x l) (cons x m)
  | rearranged_swap : forall x y l, rearranged (cons x (cons y l)) (cons y (cons x l))
  | rearranged_trans : forall k l m, rearranged k l -> rearranged l m -> rearranged k m.
