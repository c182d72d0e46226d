import Context

theorem fold_of_rearranged : ∀ (op : Nat → Nat → Nat) (start : Nat),
    (∀ x y z, op x (op y z) = op (op x y) z) →
    (∀ x y, op x y = op y x) →
    ∀ l m, rearranged l m → List.foldr op start l = List.foldr op start m := by
  sorry
