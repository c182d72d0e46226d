import Context

theorem lexicographic_well_founded : WellFounded pair_less := by
  sorry
