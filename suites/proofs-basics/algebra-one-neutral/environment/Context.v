(** Elements that can be combined, one of which changes nothing. *)
Record monoid : Type := {
  carrier : Type;
  op : carrier -> carrier -> carrier;
  neutral : carrier;
  assoc : forall x y z, op x (op y z) = op (op x y) z;
  neutral_left : forall x, op neutral x = x;
  neutral_right : forall x, op x neutral = x
}.
