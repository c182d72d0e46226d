theorem below_power_of_two : ∀ n : Nat, n < 2 ^ n := by
  sorry
