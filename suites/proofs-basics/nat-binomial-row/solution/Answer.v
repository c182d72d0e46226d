From Coq Require Import Arith.
Require Import Context.
From Coq Require Import Lia.

Lemma binomial_beyond : forall n k, n < k -> binomial n k = 0.
Proof.
  induction n as [| n IH]; intros [| k] beyond; try lia.
  - reflexivity.
  - simpl. rewrite 2 IH by lia. reflexivity.
Qed.

(** Pascal's rule, summed along a row. *)
Lemma row_from_row : forall n m,
  sum_below (binomial (S n)) (S m) = sum_below (binomial n) m + sum_below (binomial n) (S m).
Proof.
  intros n m.
  induction m as [| m IH].
  - destruct n; reflexivity.
  - change (sum_below (binomial (S n)) (S m) + (binomial n m + binomial n (S m))
      = sum_below (binomial n) m + binomial n m
        + (sum_below (binomial n) (S m) + binomial n (S m))).
    rewrite IH.
    lia.
Qed.

Theorem binomial_row : forall n : nat, sum_below (binomial n) (n + 1) = 2 ^ n.
Proof.
  intros n.
  rewrite Nat.add_1_r.
  induction n as [| n IH].
  - reflexivity.
  - rewrite row_from_row.
    (* The last entry of the longer sum lies outside the triangle. *)
    assert (longer : sum_below (binomial n) (S (S n)) = sum_below (binomial n) (S n)).
    { change (sum_below (binomial n) (S n) + binomial n (S n) = sum_below (binomial n) (S n)).
      rewrite (binomial_beyond n (S n)) by lia.
      lia. }
    rewrite longer, IH, Nat.pow_succ_r'.
    lia.
Qed.
