From Coq Require Import Arith.
Require Import Context.

Theorem binomial_row : forall n : nat, sum_below (binomial n) (n + 1) = 2 ^ n.
Proof.
Admitted.
