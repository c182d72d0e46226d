(** An order in which every set of elements has a least upper bound. *)
Record complete_order : Type := {
  carrier : Type;
  leq : carrier -> carrier -> Prop;
  leq_refl : forall x, leq x x;
  leq_trans : forall x y z, leq x y -> leq y z -> leq x z;
  leq_antisym : forall x y, leq x y -> leq y x -> x = y;
  complete : forall S : carrier -> Prop, exists b,
    (forall x, S x -> leq x b) /\
    (forall c, (forall x, S x -> leq x c) -> leq b c)
}.
