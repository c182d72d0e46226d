Require Import Context.
From Coq Require Import Arith Lia.

Lemma fib_step : forall n, fib (S (S n)) = fib (S n) + fib n.
Proof. reflexivity. Qed.

(** The same with successors, which the induction likes better. *)
Lemma fib_add : forall m n, fib (S (m + n)) = fib (S m) * fib (S n) + fib m * fib n.
Proof.
  induction m as [| m IH]; intros n.
  - change (fib (S n) = 1 * fib (S n) + 0 * fib n). ring.
  - replace (S m + n) with (m + S n) by lia.
    rewrite IH, 2 fib_step.
    ring.
Qed.

Theorem fibonacci_addition : forall m n : nat,
  fib (m + n + 1) = fib (m + 1) * fib (n + 1) + fib m * fib n.
Proof.
  intros m n.
  rewrite 3 Nat.add_1_r.
  apply fib_add.
Qed.
