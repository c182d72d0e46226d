import Context

-- statement
theorem galois_there_and_back :
    ∀ (P Q : order) (f : P.carrier → Q.carrier) (g : Q.carrier → P.carrier),
    (∀ x y, Q.leq (f x) y ↔ P.leq x (g y)) → ∀ x, f (g (f x)) = f x
