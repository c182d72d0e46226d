(** Elements that can be combined, one of which changes nothing, and each of which can be undone. *)
Record group : Type := {
  carrier : Type;
  op : carrier -> carrier -> carrier;
  neutral : carrier;
  inverse : carrier -> carrier;
  assoc : forall x y z, op x (op y z) = op (op x y) z;
  neutral_left : forall x, op neutral x = x;
  neutral_right : forall x, op x neutral = x;
  inverse_left : forall x, op (inverse x) x = neutral;
  inverse_right : forall x, op x (inverse x) = neutral
}.
