theorem least_number : ∀ P : Nat → Prop,
    (∀ n, P n ∨ ¬ P n) → (∃ n, P n) → ∃ n, P n ∧ ∀ m, P m → n ≤ m := by
  sorry
