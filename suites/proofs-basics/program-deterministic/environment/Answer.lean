import Context

theorem one_result : ∀ (c : command) (s t u : store), runs c s t → runs c s u → t = u := by
  sorry
