Theorem square_root_of_two_irrational : forall p q : nat, q <> 0 -> p * p <> 2 * (q * q).
Proof.
Admitted.
