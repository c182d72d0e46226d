/-- The sum of `f i` over all `i` below `n`. -/
def sum_below (f : Nat → Nat) : Nat → Nat
  | 0 => 0
  | k + 1 => sum_below f k + f k

/-- In how many ways `k` of `n` things can be chosen: an entry of Pascal's triangle. -/
def binomial : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | m + 1, j + 1 => binomial m j + binomial m (j + 1)
