From Coq Require Import Classical.

Theorem drinker : forall (person : Type) (somebody : person) (drinks : person -> Prop),
  exists x, drinks x -> forall y, drinks y.
Proof.
  intros person somebody drinks.
  destruct (classic (exists sober, ~ drinks sober)) as [[sober dry] | nobody_sober].
  - (* Who does not drink makes the implication true. *)
    exists sober.
    intros drinking.
    contradiction.
  - (* Everybody drinks, so anybody will do. *)
    exists somebody.
    intros _ y.
    apply NNPP.
    intros dry.
    apply nobody_sober.
    exists y.
    exact dry.
Qed.
