import Context

-- statement
theorem num_add_zero : ∀ n : num, add n num.zero = n
