Theorem even_or_odd : forall n : nat, exists k, n = 2 * k \/ n = 2 * k + 1.
Proof.
Admitted.
