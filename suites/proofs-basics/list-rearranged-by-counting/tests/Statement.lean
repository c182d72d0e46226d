import Context

-- statement
theorem rearranged_iff_counts : ∀ l m : List Nat,
    rearranged l m ↔ ∀ x, occurrences x l = occurrences x m
