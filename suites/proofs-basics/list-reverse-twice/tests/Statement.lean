import Context

-- statement
theorem reverse_twice : ∀ (A : Type) (l : List A), reverse (reverse l) = l
