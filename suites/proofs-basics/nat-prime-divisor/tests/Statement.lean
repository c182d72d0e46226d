import Context

-- statement
theorem prime_divisor : ∀ n : Nat, 1 < n → ∃ p, prime p ∧ divides p n
