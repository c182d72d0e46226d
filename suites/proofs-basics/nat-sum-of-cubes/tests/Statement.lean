import Context

-- statement
theorem cubes_add_up : ∀ n : Nat,
    sum_below (fun i => i * i * i) n = sum_below (fun i => i) n * sum_below (fun i => i) n
