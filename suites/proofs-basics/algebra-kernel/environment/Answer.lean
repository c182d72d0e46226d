import Context

theorem injective_iff_trivial_kernel : ∀ (G H : group) (f : G.carrier → H.carrier),
    (∀ x y, f (G.op x y) = H.op (f x) (f y)) →
    ((∀ x y, f x = f y → x = y) ↔ (∀ x, f x = H.neutral → x = G.neutral)) := by
  sorry
