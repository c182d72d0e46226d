import Context

-- statement
theorem insertion_sort_rearranges : ∀ l : List Nat, rearranged l (insertion_sort l)
