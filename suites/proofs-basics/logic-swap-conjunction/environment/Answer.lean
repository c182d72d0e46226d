theorem swap_conjunction : ∀ P Q : Prop, P ∧ Q → Q ∧ P := by
  sorry
