Require Import Context.
From Coq Require Import Arith Lia.

Lemma divides_dec : forall d n, divides d n \/ ~ divides d n.
Proof.
  intros d n.
  destruct d as [| d].
  - destruct n as [| n].
    + left. exists 0. reflexivity.
    + right. intros [k product]. discriminate.
  - destruct (Nat.eq_dec (n mod S d) 0) as [zero | rest].
    + left.
      exists (n / S d).
      pose proof (Nat.div_mod_eq n (S d)).
      lia.
    + right.
      intros [k product].
      apply rest.
      rewrite product, Nat.mul_comm.
      apply Nat.mod_mul.
      discriminate.
Qed.

Lemma divides_trans : forall a b c, divides a b -> divides b c -> divides a c.
Proof.
  intros a b c [k ->] [l ->].
  exists (k * l).
  ring.
Qed.

(** Among the numbers from 2 up to (and without) [m] there is a divisor of [n], or there is none. *)
Lemma divisor_below : forall n m,
  (exists d, 1 < d < m /\ divides d n) \/ (forall d, 1 < d < m -> ~ divides d n).
Proof.
  intros n m.
  induction m as [| m [[d [range divisor]] | none]].
  - right. lia.
  - left. exists d. split; [lia | exact divisor].
  - destruct (le_lt_dec m 1) as [small | large].
    + right. lia.
    + destruct (divides_dec m n) as [divisor | no].
      * left. exists m. split; [lia | exact divisor].
      * right.
        intros d range.
        destruct (Nat.eq_dec d m) as [-> | other].
        -- exact no.
        -- apply none. lia.
Qed.

Theorem prime_divisor : forall n : nat, 1 < n -> exists p, prime p /\ divides p n.
Proof.
  induction n as [n IH] using (well_founded_induction lt_wf).
  intros large.
  destruct (divisor_below n n) as [[d [range divisor]] | none].
  - (* A proper divisor has a prime divisor, and that divides n as well. *)
    destruct (IH d) as [p [is_prime divides_d]]; try lia.
    exists p.
    split.
    + exact is_prime.
    + exact (divides_trans p d n divides_d divisor).
  - (* Without a proper divisor n is prime itself. *)
    exists n.
    split.
    + split.
      * exact large.
      * intros d divisor.
        destruct (Nat.eq_dec d 1) as [one | not_one]; [left; exact one |].
        destruct (Nat.eq_dec d n) as [same | other]; [right; exact same |].
        exfalso.
        apply (none d); [| exact divisor].
        destruct divisor as [k product].
        destruct d as [| d]; [lia |].
        destruct k as [| k]; [lia |].
        nia.
    + exists 1. lia.
Qed.
