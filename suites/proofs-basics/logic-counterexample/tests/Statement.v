From Coq Require Import Classical.

(* statement *)
Theorem there_is_a_counterexample : forall (A : Type) (P : A -> Prop),
  ~ (forall x, P x) -> exists x, ~ P x.
