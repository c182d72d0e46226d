(** The elements of a list, the last one first. *)
Fixpoint reverse {A : Type} (l : list A) : list A :=
  match l with
  | nil => nil
  | cons x rest => app (reverse rest) (cons x nil)
  end.
