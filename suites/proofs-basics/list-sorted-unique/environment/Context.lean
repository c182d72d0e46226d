/-- No number is larger than one that comes after it. -/
def is_sorted : List Nat → Prop
  | [] => True
  | x :: rest => (∀ y, y ∈ rest → x ≤ y) ∧ is_sorted rest

/-- How often a number is in a list. -/
def occurrences (x : Nat) : List Nat → Nat
  | [] => 0
  | y :: rest => if x = y then occurrences x rest + 1 else occurrences x rest
