import Context

theorem decode_encode : ∀ l : List Nat, decode (encode l) = l := by
  sorry
