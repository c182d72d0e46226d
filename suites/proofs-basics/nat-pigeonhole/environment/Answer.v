Theorem pigeonhole : forall (n : nat) (hole : nat -> nat),
  (forall i, i <= n -> hole i < n) -> exists i j, i < j /\ j <= n /\ hole i = hole j.
Proof.
Admitted.
