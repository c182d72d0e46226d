def divides (d n : Nat) : Prop := ∃ k, n = d * k

/-- Larger than one, and divided by one and itself only. -/
def prime (p : Nat) : Prop :=
  1 < p ∧ ∀ d, divides d p → d = 1 ∨ d = p
