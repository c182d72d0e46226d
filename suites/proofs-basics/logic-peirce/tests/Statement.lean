-- statement
theorem peirce_iff_excluded_middle :
    (∀ P Q : Prop, ((P → Q) → P) → P) ↔ (∀ P : Prop, P ∨ ¬ P)
