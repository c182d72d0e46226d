From Coq Require Import Arith.

Theorem division_unique : forall a b q r : nat,
  r < b -> a = b * q + r -> q = a / b /\ r = a mod b.
Proof.
Admitted.
