From Coq Require Import Arith.
From Coq Require Import Lia.

Theorem below_power_of_two : forall n : nat, n < 2 ^ n.
Proof.
  induction n as [| n IH].
  - simpl. lia.
  - rewrite Nat.pow_succ_r'.
    lia.
Qed.
