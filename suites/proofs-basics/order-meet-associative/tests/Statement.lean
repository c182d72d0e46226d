import Context

-- statement
theorem meet_associative : ∀ (L : lattice) (x y z : L.carrier),
    L.meet x (L.meet y z) = L.meet (L.meet x y) z
