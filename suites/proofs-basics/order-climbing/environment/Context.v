Record order : Type := {
  carrier : Type;
  leq : carrier -> carrier -> Prop;
  leq_refl : forall x, leq x x;
  leq_trans : forall x y z, leq x y -> leq y z -> leq x z;
  leq_antisym : forall x y, leq x y -> leq y x -> x = y
}.

(** [f] applied [n] times to [x]. *)
Fixpoint iterate {A : Type} (f : A -> A) (n : nat) (x : A) : A :=
  match n with
  | 0 => x
  | S k => f (iterate f k x)
  end.
