Require Import Context.

Theorem left_axioms_suffice : forall G : left_group,
  (forall x, op G x (inverse G x) = neutral G) /\ (forall x, op G x (neutral G) = x).
Proof.
Admitted.
