/-- Elements that can be combined, one of which changes nothing, and each of which can be undone. -/
structure group where
  carrier : Type
  op : carrier → carrier → carrier
  neutral : carrier
  inverse : carrier → carrier
  assoc : ∀ x y z, op x (op y z) = op (op x y) z
  neutral_left : ∀ x, op neutral x = x
  neutral_right : ∀ x, op x neutral = x
  inverse_left : ∀ x, op (inverse x) x = neutral
  inverse_right : ∀ x, op x (inverse x) = neutral
