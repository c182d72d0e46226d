import Context

theorem num_order_total : ∀ m n : num, at_most m n ∨ at_most n m := by
  sorry
