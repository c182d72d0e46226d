theorem no_infinite_descent : ¬ ∃ f : Nat → Nat, ∀ n, f (n + 1) < f n := by
  sorry
