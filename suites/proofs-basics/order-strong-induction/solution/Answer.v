From Coq Require Import Lia.

Theorem strong_induction : forall P : nat -> Prop,
  (forall n, (forall m, m < n -> P m) -> P n) -> forall n, P n.
Proof.
  intros P step n.
  (* The induction needs the property for all numbers up to n at once. *)
  assert (all_below : forall m, m < n -> P m).
  { induction n as [| n IH]; intros m less.
    - lia.
    - apply step.
      intros k smaller.
      apply IH.
      lia. }
  apply step.
  exact all_below.
Qed.
