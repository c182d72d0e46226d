import Context

theorem fold_of_reverse : ∀ (A B : Type) (f : B → A → B) (start : B) (l : List A),
    List.foldl f start l = List.foldr (fun x acc => f acc x) start (reverse l) := by
  sorry
