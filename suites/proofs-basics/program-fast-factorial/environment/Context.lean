def factorial : Nat → Nat
  | 0 => 1
  | k + 1 => (k + 1) * factorial k

/-- Multiplies into `acc` on its way down. -/
def loop : Nat → Nat → Nat
  | 0, acc => acc
  | k + 1, acc => loop k (acc * (k + 1))

def fast_factorial (n : Nat) : Nat := loop n 1
