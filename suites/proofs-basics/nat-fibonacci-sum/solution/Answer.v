Require Import Context.
From Coq Require Import Lia.

Lemma fib_step : forall n, fib (S (S n)) = fib (S n) + fib n.
Proof. reflexivity. Qed.

Theorem fibonacci_numbers_add_up : forall n : nat, sum_below fib n + 1 = fib (n + 1).
Proof.
  intros n.
  replace (n + 1) with (S n) by lia.
  induction n as [| n IH].
  - reflexivity.
  - rewrite fib_step, <- IH.
    simpl sum_below.
    lia.
Qed.
