import Context

-- statement
theorem num_mul_comm : ∀ m n : num, mul m n = mul n m
