/-- Elements that can be combined, one of which changes nothing. -/
structure monoid where
  carrier : Type
  op : carrier → carrier → carrier
  neutral : carrier
  assoc : ∀ x y z, op x (op y z) = op (op x y) z
  neutral_left : ∀ x, op neutral x = x
  neutral_right : ∀ x, op x neutral = x
