import Context

-- statement
theorem flatten_mirror : ∀ t : tree, flatten (mirror t) = List.reverse (flatten t)
