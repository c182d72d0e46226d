import Context

-- statement
theorem num_add_cancel : ∀ k m n : num, add m k = add n k → m = n
