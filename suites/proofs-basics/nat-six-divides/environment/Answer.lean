theorem six_divides : ∀ n : Nat, ∃ k, n * n * n + 5 * n = 6 * k := by
  sorry
