-- statement
theorem even_or_odd : ∀ n : Nat, ∃ k, n = 2 * k ∨ n = 2 * k + 1
