-- statement
theorem finite_not_not : ∀ (P : Nat → Prop) (n : Nat),
    (∀ k, k < n → ¬ ¬ P k) → ¬ ¬ (∀ k, k < n → P k)
