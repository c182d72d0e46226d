theorem one_for_all : ∀ (A B : Type) (R : A → B → Prop),
    (∃ x, ∀ y, R x y) → ∀ y, ∃ x, R x y := by
  sorry
