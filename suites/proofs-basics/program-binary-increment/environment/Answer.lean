import Context

theorem increment_adds_one : ∀ digits : List Bool, value (increment digits) = value digits + 1 := by
  sorry
