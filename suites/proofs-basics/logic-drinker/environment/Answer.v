From Coq Require Import Classical.

Theorem drinker : forall (person : Type) (somebody : person) (drinks : person -> Prop),
  exists x, drinks x -> forall y, drinks y.
Proof.
Admitted.
