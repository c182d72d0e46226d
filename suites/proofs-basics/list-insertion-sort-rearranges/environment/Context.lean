/-- Puts a number before the first one that is not smaller. -/
def insert_sorted (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: rest => if x ≤ y then x :: y :: rest else y :: insert_sorted x rest

def insertion_sort : List Nat → List Nat
  | [] => []
  | x :: rest => insert_sorted x (insertion_sort rest)

/-- Two lists have the same elements, in whatever order. -/
inductive rearranged : List Nat → List Nat → Prop where
  | nil : rearranged [] []
  | cons : ∀ (x : Nat) (l m : List Nat), rearranged l m → rearranged (x :: l) (x :: m)
  | swap : ∀ (x y : Nat) (l : List Nat), rearranged (x :: y :: l) (y :: x :: l)
  | trans : ∀ (k l m : List Nat), rearranged k l → rearranged l m → rearranged k m
