-- statement
theorem two_squares_modulo_four : ∀ a b : Nat, (a * a + b * b) % 4 ≠ 3
