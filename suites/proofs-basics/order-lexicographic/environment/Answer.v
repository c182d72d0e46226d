Require Import Context.

Theorem lexicographic_well_founded : well_founded pair_less.
Proof.
Admitted.
