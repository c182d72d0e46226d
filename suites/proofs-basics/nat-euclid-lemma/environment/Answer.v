Require Import Context.

Theorem prime_divides_a_factor : forall p a b : nat,
  prime p -> divides p (a * b) -> divides p a \/ divides p b.
Proof.
Admitted.
