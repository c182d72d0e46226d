Record order : Type := {
  carrier : Type;
  leq : carrier -> carrier -> Prop;
  leq_refl : forall x, leq x x;
  leq_trans : forall x y z, leq x y -> leq y z -> leq x z;
  leq_antisym : forall x y, leq x y -> leq y x -> x = y
}.
