import Context

-- statement
theorem left_axioms_suffice : ∀ G : left_group,
    (∀ x, G.op x (G.inverse x) = G.neutral) ∧ (∀ x, G.op x G.neutral = x)
