import Context

theorem num_add_comm : ∀ m n : num, add m n = add n m := by
  sorry
