import Context

theorem sorted_unique : ∀ l m : List Nat,
    is_sorted l → is_sorted m → (∀ x, occurrences x l = occurrences x m) → l = m := by
  sorry
