-- statement
theorem map_twice : ∀ (A B C : Type) (f : A → B) (g : B → C) (l : List A),
    List.map g (List.map f l) = List.map (fun x => g (f x)) l
