Require Import Context.
From Coq Require Import Arith Lia.

Lemma twice_the_sum : forall n, 2 * sum_below (fun i => i) n + n = n * n.
Proof.
  induction n as [| n IH].
  - reflexivity.
  - simpl sum_below. lia.
Qed.

Theorem cubes_add_up : forall n : nat,
  sum_below (fun i => i * i * i) n = sum_below (fun i => i) n * sum_below (fun i => i) n.
Proof.
  induction n as [| n IH].
  - reflexivity.
  - simpl sum_below.
    rewrite IH.
    pose proof (twice_the_sum n) as twice.
    set (s := sum_below (fun i => i) n) in *.
    (* (s + n)^2 = s^2 + (2 s + n) n *)
    replace (n * n * n) with ((2 * s + n) * n) by (rewrite twice; reflexivity).
    ring.
Qed.
