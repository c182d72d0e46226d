import Context

-- statement
theorem lexicographic_well_founded : WellFounded pair_less
