import Context

-- statement
theorem absorption : ∀ (L : lattice) (x y : L.carrier), L.meet x (L.join x y) = x
