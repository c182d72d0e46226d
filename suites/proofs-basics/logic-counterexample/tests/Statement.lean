-- statement
theorem there_is_a_counterexample : ∀ (A : Type) (P : A → Prop),
    ¬ (∀ x, P x) → ∃ x, ¬ P x
