import Context

-- statement
theorem one_inverse : ∀ (M : monoid) (x y z : M.carrier),
    M.op x y = M.neutral → M.op y z = M.neutral → x = z
