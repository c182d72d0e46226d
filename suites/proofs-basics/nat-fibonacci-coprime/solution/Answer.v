From Coq Require Import Arith.
Require Import Context.

Lemma fib_step : forall n, fib (S (S n)) = fib (S n) + fib n.
Proof. reflexivity. Qed.

Theorem fibonacci_neighbours_coprime : forall n : nat, Nat.gcd (fib n) (fib (n + 1)) = 1.
Proof.
  intros n.
  rewrite Nat.add_1_r.
  induction n as [| n IH].
  - reflexivity.
  - rewrite fib_step.
    (* A common divisor of a and a + b divides b. *)
    rewrite (Nat.add_comm (fib (S n)) (fib n)).
    rewrite Nat.gcd_add_diag_r.
    rewrite Nat.gcd_comm.
    exact IH.
Qed.
