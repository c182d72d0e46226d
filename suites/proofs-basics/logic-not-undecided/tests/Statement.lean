-- statement
theorem not_undecided : ∀ P : Prop, ¬ ¬ (P ∨ ¬ P)
