structure order where
  carrier : Type
  leq : carrier → carrier → Prop
  leq_refl : ∀ x, leq x x
  leq_trans : ∀ x y z, leq x y → leq y z → leq x z
  leq_antisym : ∀ x y, leq x y → leq y x → x = y

/-- `f` applied `n` times to `x`. -/
def iterate {A : Type} (f : A → A) : Nat → A → A
  | 0, x => x
  | k + 1, x => f (iterate f k x)
