import Context

theorem flatten_mirror : ∀ t : tree, flatten (mirror t) = List.reverse (flatten t) := by
  sorry
