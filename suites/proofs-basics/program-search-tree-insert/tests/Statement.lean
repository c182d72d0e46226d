import Context

-- statement
theorem insert_keeps_search_tree : ∀ (k : Nat) (t : tree), search_tree t →
    search_tree (insert_key k t) ∧
    ∀ y, y ∈ flatten (insert_key k t) ↔ y = k ∨ y ∈ flatten t
