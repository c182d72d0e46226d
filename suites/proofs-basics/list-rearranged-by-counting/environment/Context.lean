/-- Two lists have the same elements, in whatever order. -/
inductive rearranged : List Nat → List Nat → Prop where
  | nil : rearranged [] []
  | cons : ∀ (x : Nat) (l m : List Nat), rearranged l m → rearranged (x :: l) (x :: m)
  | swap : ∀ (x y : Nat) (l : List Nat), rearranged (x :: y :: l) (y :: x :: l)
  | trans : ∀ (k l m : List Nat), rearranged k l → rearranged l m → rearranged k m

/-- How often a number is in a list. -/
def occurrences (x : Nat) : List Nat → Nat
  | [] => 0
  | y :: rest => if x = y then occurrences x rest + 1 else occurrences x rest
