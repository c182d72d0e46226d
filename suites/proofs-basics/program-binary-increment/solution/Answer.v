Require Import Context.
From Coq Require Import Lia.

Theorem increment_adds_one : forall digits : list bool, value (increment digits) = value digits + 1.
Proof.
  induction digits as [| [|] rest IH]; simpl.
  - reflexivity.
  - rewrite IH. lia.
  - lia.
Qed.
