From Coq Require Import Classical.

Theorem there_is_a_counterexample : forall (A : Type) (P : A -> Prop),
  ~ (forall x, P x) -> exists x, ~ P x.
Proof.
  intros A P not_all.
  apply NNPP.
  intros no_counterexample.
  apply not_all.
  intros x.
  apply NNPP.
  intros fails.
  apply no_counterexample.
  exists x.
  exact fails.
Qed.
