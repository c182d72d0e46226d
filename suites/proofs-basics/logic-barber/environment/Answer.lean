theorem no_barber : ∀ (person : Type) (shaves : person → person → Prop),
    ¬ ∃ barber, ∀ x, shaves barber x ↔ ¬ shaves x x := by
  sorry
