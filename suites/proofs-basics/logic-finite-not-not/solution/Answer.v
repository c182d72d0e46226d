From Coq Require Import Lia.

Theorem finite_not_not : forall (P : nat -> Prop) (n : nat),
  (forall k, k < n -> ~ ~ P k) -> ~ ~ (forall k, k < n -> P k).
Proof.
  intros P n.
  induction n as [| n IH]; intros each refuted.
  - apply refuted.
    intros k below.
    lia.
  - apply IH.
    + intros k below. apply each. lia.
    + intros smaller.
      apply (each n).
      * lia.
      * intros last.
        apply refuted.
        intros k below.
        assert (k < n \/ k = n) as [less | ->] by lia.
        -- exact (smaller k less).
        -- exact last.
Qed.
