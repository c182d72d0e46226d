theorem drinker : ∀ (person : Type) (_somebody : person) (drinks : person → Prop),
    ∃ x, drinks x → ∀ y, drinks y := by
  sorry
