From Coq Require Import Classical.

Theorem eventually_constant : forall f : nat -> nat,
  (forall n, f (n + 1) <= f n) -> exists place, forall n, place <= n -> f n = f place.
Proof.
Admitted.
