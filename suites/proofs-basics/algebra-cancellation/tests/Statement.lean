import Context

-- statement
theorem group_cancellation : ∀ (G : group) (x y z : G.carrier),
    G.op x y = G.op x z → y = z
