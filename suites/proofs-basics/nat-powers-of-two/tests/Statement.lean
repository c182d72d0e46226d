import Context

-- statement
theorem powers_of_two_add_up : ∀ n : Nat, sum_below (fun i => 2 ^ i) n + 1 = 2 ^ n
