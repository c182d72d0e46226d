import Context

-- statement
theorem decode_encode : ∀ l : List Nat, decode (encode l) = l
