import Context

theorem compiler_is_right : ∀ (env : Nat → Nat) (e : expr),
    run env (compile e) [] = some [eval env e] := by
  sorry
