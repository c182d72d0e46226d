From Coq Require Import Arith Lia.

Lemma even_square : forall p m, p * p = 2 * m -> exists k, p = 2 * k.
Proof.
  intros p m square.
  destruct (Nat.Even_or_Odd p) as [[k even] | [k odd]].
  - exists k. exact even.
  - exfalso. subst p. lia.
Qed.

(** Descent: from p and q one comes to q and p / 2, which are smaller. *)
Lemma only_zero : forall p q, p * p = 2 * (q * q) -> q = 0.
Proof.
  induction p as [p IH] using (well_founded_induction lt_wf).
  intros q square.
  destruct (even_square p (q * q) square) as [k half].
  destruct (le_lt_dec p q) as [not_larger | larger].
  - nia.
  - subst p.
    assert (k = 0) as zero.
    { apply (IH q).
      - exact larger.
      - lia. }
    lia.
Qed.

Theorem square_root_of_two_irrational : forall p q : nat, q <> 0 -> p * p <> 2 * (q * q).
Proof.
  intros p q positive square.
  apply positive.
  exact (only_zero p q square).
Qed.
