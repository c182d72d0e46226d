/-- An order in which any two elements have a greatest lower and a least upper bound. -/
structure lattice where
  carrier : Type
  leq : carrier → carrier → Prop
  leq_refl : ∀ x, leq x x
  leq_trans : ∀ x y z, leq x y → leq y z → leq x z
  leq_antisym : ∀ x y, leq x y → leq y x → x = y
  meet : carrier → carrier → carrier
  meet_left : ∀ x y, leq (meet x y) x
  meet_right : ∀ x y, leq (meet x y) y
  meet_greatest : ∀ x y z, leq z x → leq z y → leq z (meet x y)
  join : carrier → carrier → carrier
  join_left : ∀ x y, leq x (join x y)
  join_right : ∀ x y, leq y (join x y)
  join_least : ∀ x y z, leq x z → leq y z → leq (join x y) z
