theorem some_colour_recurs : ∀ f : Nat → Bool,
    (∀ n, ∃ m, n ≤ m ∧ f m = true) ∨ (∀ n, ∃ m, n ≤ m ∧ f m = false) := by
  sorry
