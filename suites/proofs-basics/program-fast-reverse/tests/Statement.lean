import Context

-- statement
theorem fast_reverse_is_reverse : ∀ (A : Type) (l : List A), fast_reverse l = reverse l
