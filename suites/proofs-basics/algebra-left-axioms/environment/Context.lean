/-- A group of which only the left half of the axioms is known. -/
structure left_group where
  carrier : Type
  op : carrier → carrier → carrier
  neutral : carrier
  inverse : carrier → carrier
  assoc : ∀ x y z, op x (op y z) = op (op x y) z
  neutral_left : ∀ x, op neutral x = x
  inverse_left : ∀ x, op (inverse x) x = neutral
