import Context

theorem insertion_sort_sorts : ∀ l : List Nat, is_sorted (insertion_sort l) := by
  sorry
