theorem eventually_constant : ∀ f : Nat → Nat,
    (∀ n, f (n + 1) ≤ f n) → ∃ place, ∀ n, place ≤ n → f n = f place := by
  sorry
