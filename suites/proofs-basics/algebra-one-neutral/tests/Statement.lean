import Context

-- statement
theorem one_neutral_element : ∀ (M : monoid) (u : M.carrier),
    (∀ x, M.op u x = x) → u = M.neutral
