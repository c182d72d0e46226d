import Context

theorem tree_sort_sorts : ∀ l : List Nat,
    ascending (tree_sort l) ∧ ∀ y, y ∈ tree_sort l ↔ y ∈ l := by
  sorry
