import Context

theorem evaluator_follows_rules : ∀ (e : expr) (n : Nat), evaluates e n ↔ eval e = some n := by
  sorry
