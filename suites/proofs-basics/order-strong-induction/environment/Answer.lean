theorem strong_induction : ∀ P : Nat → Prop,
    (∀ n, (∀ m, m < n → P m) → P n) → ∀ n, P n := by
  sorry
