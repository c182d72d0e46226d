import Context

theorem sublist_transitive : ∀ (A : Type) (k l m : List A),
    sublist k l → sublist l m → sublist k m := by
  sorry
