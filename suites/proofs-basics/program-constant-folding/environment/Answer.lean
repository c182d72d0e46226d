import Context

theorem folding_keeps_value : ∀ (env : Nat → Nat) (e : expr),
    eval env (fold_constants e) = eval env e := by
  sorry
