import Context

-- statement
theorem odd_numbers_add_up : ∀ n : Nat, sum_below (fun i => 2 * i + 1) n = n * n
