import Context

theorem climbing : ∀ (P : order) (f : P.carrier → P.carrier),
    (∀ x y, P.leq x y → P.leq (f x) (f y)) →
    ∀ x, P.leq x (f x) → ∀ n, P.leq (iterate f n x) (iterate f (n + 1) x) := by
  sorry
