-- statement
theorem filter_split : ∀ (A : Type) (test : A → Bool) (l : List A),
    List.length (List.filter test l) + List.length (List.filter (fun x => !(test x)) l)
      = List.length l
