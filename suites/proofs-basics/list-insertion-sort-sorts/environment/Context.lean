/-- Puts a number before the first one that is not smaller. -/
def insert_sorted (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: rest => if x ≤ y then x :: y :: rest else y :: insert_sorted x rest

def insertion_sort : List Nat → List Nat
  | [] => []
  | x :: rest => insert_sorted x (insertion_sort rest)

/-- No number is larger than one that comes after it. -/
def is_sorted : List Nat → Prop
  | [] => True
  | x :: rest => (∀ y, y ∈ rest → x ≤ y) ∧ is_sorted rest
