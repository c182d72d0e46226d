structure order where
  carrier : Type
  leq : carrier → carrier → Prop
  leq_refl : ∀ x, leq x x
  leq_trans : ∀ x y z, leq x y → leq y z → leq x z
  leq_antisym : ∀ x y, leq x y → leq y x → x = y
