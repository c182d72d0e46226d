import Context

-- statement
theorem inverse_of_product : ∀ (G : group) (x y : G.carrier),
    G.inverse (G.op x y) = G.op (G.inverse y) (G.inverse x)
