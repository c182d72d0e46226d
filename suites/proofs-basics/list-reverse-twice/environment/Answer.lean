import Context

theorem reverse_twice : ∀ (A : Type) (l : List A), reverse (reverse l) = l := by
  sorry
