Theorem six_divides : forall n : nat, exists k, n * n * n + 5 * n = 6 * k.
Proof.
Admitted.
