import Context

-- statement
theorem fibonacci_addition : ∀ m n : Nat,
    fib (m + n + 1) = fib (m + 1) * fib (n + 1) + fib m * fib n
