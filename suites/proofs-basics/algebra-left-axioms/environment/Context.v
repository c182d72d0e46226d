(** A group of which only the left half of the axioms is known. *)
Record left_group : Type := {
  carrier : Type;
  op : carrier -> carrier -> carrier;
  neutral : carrier;
  inverse : carrier -> carrier;
  assoc : forall x y z, op x (op y z) = op (op x y) z;
  neutral_left : forall x, op neutral x = x;
  inverse_left : forall x, op (inverse x) x = neutral
}.
