Require Import Context.
From Coq Require Import Arith.

Lemma loop_multiplies : forall n acc, loop n acc = acc * factorial n.
Proof.
  induction n as [| n IH]; intros acc.
  - simpl. rewrite Nat.mul_1_r. reflexivity.
  - simpl loop.
    rewrite IH.
    change (factorial (S n)) with (S n * factorial n).
    symmetry.
    apply Nat.mul_assoc.
Qed.

Theorem fast_factorial_is_factorial : forall n : nat, fast_factorial n = factorial n.
Proof.
  intros n.
  unfold fast_factorial.
  rewrite loop_multiplies.
  apply Nat.mul_1_l.
Qed.
