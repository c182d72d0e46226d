import Context

-- statement
theorem casting_out_nines : ∀ digits : List Nat,
    value digits % 9 = digit_sum digits % 9
