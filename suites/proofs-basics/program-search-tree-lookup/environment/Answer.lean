import Context

theorem lookup_finds : ∀ (k : Nat) (t : tree), search_tree t →
    (lookup k t = true ↔ k ∈ flatten t) := by
  sorry
