import Context

-- statement
theorem fibonacci_neighbours_coprime : ∀ n : Nat, Nat.gcd (fib n) (fib (n + 1)) = 1
