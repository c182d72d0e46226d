-- statement
theorem no_liar : ∀ P : Prop, ¬ (P ↔ ¬ P)
