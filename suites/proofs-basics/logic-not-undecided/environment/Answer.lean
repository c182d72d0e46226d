theorem not_undecided : ∀ P : Prop, ¬ ¬ (P ∨ ¬ P) := by
  sorry
