-- statement
theorem square_root_of_two_irrational : ∀ p q : Nat, q ≠ 0 → p * p ≠ 2 * (q * q)
