import Context

-- statement
theorem fibonacci_numbers_add_up : ∀ n : Nat, sum_below fib n + 1 = fib (n + 1)
