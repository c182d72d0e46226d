theorem division_unique : ∀ a b q r : Nat,
    r < b → a = b * q + r → q = a / b ∧ r = a % b := by
  sorry
