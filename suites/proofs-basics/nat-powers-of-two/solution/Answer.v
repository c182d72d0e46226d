From Coq Require Import Arith.
Require Import Context.
From Coq Require Import Lia.

Theorem powers_of_two_add_up : forall n : nat, sum_below (fun i => 2 ^ i) n + 1 = 2 ^ n.
Proof.
  induction n as [| n IH].
  - reflexivity.
  - simpl sum_below.
    rewrite Nat.pow_succ_r'.
    lia.
Qed.
