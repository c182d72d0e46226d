import Context

theorem prime_divisor : ∀ n : Nat, 1 < n → ∃ p, prime p ∧ divides p n := by
  sorry
