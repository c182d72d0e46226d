-- statement
theorem neither_nor : ∀ P Q : Prop, ¬ (P ∨ Q) ↔ ¬ P ∧ ¬ Q
