Theorem finite_not_not : forall (P : nat -> Prop) (n : nat),
  (forall k, k < n -> ~ ~ P k) -> ~ ~ (forall k, k < n -> P k).
Proof.
Admitted.
