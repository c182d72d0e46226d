theorem no_enumeration_of_predicates : ∀ (A : Type) (f : A → (A → Prop)),
    ¬ ∀ P : A → Prop, ∃ x, f x = P := by
  sorry
