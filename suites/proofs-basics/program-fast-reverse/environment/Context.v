(** The elements of a list, the last one first. *)
Fixpoint reverse {A : Type} (l : list A) : list A :=
  match l with
  | nil => nil
  | cons x rest => app (reverse rest) (cons x nil)
  end.

(** Moves the elements of [l] one by one to the front of [done]. *)
Fixpoint move {A : Type} (l done : list A) : list A :=
  match l with
  | nil => done
  | cons x rest => move rest (cons x done)
  end.

Definition fast_reverse {A : Type} (l : list A) : list A := move l nil.
