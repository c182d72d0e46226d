/-- The sum of `f i` over all `i` below `n`. -/
def sum_below (f : Nat → Nat) : Nat → Nat
  | 0 => 0
  | k + 1 => sum_below f k + f k
