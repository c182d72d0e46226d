Require Import Context.
From Coq Require Import Lia.

Theorem odd_numbers_add_up : forall n : nat, sum_below (fun i => 2 * i + 1) n = n * n.
Proof.
  induction n as [| n IH].
  - reflexivity.
  - change (sum_below (fun i => 2 * i + 1) n + (2 * n + 1) = S n * S n).
    rewrite IH.
    lia.
Qed.
