import Context

-- statement
theorem increment_adds_one : ∀ digits : List Bool, value (increment digits) = value digits + 1
