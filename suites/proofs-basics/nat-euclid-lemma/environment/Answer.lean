import Context

theorem prime_divides_a_factor : ∀ p a b : Nat,
    prime p → divides p (a * b) → divides p a ∨ divides p b := by
  sorry
