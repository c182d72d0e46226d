From Coq Require Import Arith.

Lemma square_modulo_four : forall a, (a * a) mod 4 = 0 \/ (a * a) mod 4 = 1.
Proof.
  intros a.
  destruct (Nat.Even_or_Odd a) as [[k ->] | [k ->]].
  - left.
    replace (2 * k * (2 * k)) with (k * k * 4) by ring.
    apply Nat.mod_mul.
    discriminate.
  - right.
    replace ((2 * k + 1) * (2 * k + 1)) with (1 + (k * k + k) * 4) by ring.
    rewrite Nat.mod_add.
    + reflexivity.
    + discriminate.
Qed.

Theorem two_squares_modulo_four : forall a b : nat, (a * a + b * b) mod 4 <> 3.
Proof.
  intros a b.
  rewrite Nat.add_mod by discriminate.
  destruct (square_modulo_four a) as [-> | ->]; destruct (square_modulo_four b) as [-> | ->];
    discriminate.
Qed.
