import Context

theorem infinitely_many_primes : ∀ n : Nat, ∃ p, n < p ∧ prime p := by
  sorry
