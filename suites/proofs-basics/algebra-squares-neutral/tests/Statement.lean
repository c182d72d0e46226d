import Context

-- statement
theorem squares_neutral_commute : ∀ G : group,
    (∀ x, G.op x x = G.neutral) → ∀ x y, G.op x y = G.op y x
