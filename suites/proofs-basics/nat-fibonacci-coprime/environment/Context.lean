/-- Fibonacci's numbers: 0, 1, 1, 2, 3, 5, 8 and so on. -/
def fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | k + 2 => fib (k + 1) + fib k
