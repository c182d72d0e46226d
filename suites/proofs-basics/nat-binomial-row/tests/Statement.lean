import Context

-- statement
theorem binomial_row : ∀ n : Nat, sum_below (binomial n) (n + 1) = 2 ^ n
