theorem no_liar : ∀ P : Prop, ¬ (P ↔ ¬ P) := by
  sorry
