theorem postage : ∀ n : Nat, 8 ≤ n → ∃ a b, n = 3 * a + 5 * b := by
  sorry
