import Context

theorem homomorphism_keeps : ∀ (G H : group) (f : G.carrier → H.carrier),
    (∀ x y, f (G.op x y) = H.op (f x) (f y)) →
    f G.neutral = H.neutral ∧ ∀ x, f (G.inverse x) = H.inverse (f x) := by
  sorry
