import Context

-- statement
theorem greatest_fixed_point : ∀ (L : complete_order) (f : L.carrier → L.carrier),
    (∀ x y, L.leq x y → L.leq (f x) (f y)) →
    ∃ x, f x = x ∧ ∀ y, f y = y → L.leq y x
