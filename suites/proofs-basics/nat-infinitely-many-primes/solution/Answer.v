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

Lemma prime_divisor : forall n, 1 < n -> exists p, prime p /\ divides p n.
Proof.
  induction n as [n IH] using (well_founded_induction lt_wf).
  intros large.
  destruct (divisor_below n n) as [[d [range divisor]] | none].
  - destruct (IH d) as [p [is_prime divides_d]]; try lia.
    exists p.
    split.
    + exact is_prime.
    + exact (divides_trans p d n divides_d divisor).
  - exists n.
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

Fixpoint factorial (n : nat) : nat :=
  match n with
  | 0 => 1
  | S k => S k * factorial k
  end.

Lemma factorial_positive : forall n, 1 <= factorial n.
Proof.
  induction n as [| n IH]; simpl; lia.
Qed.

Lemma divides_factorial : forall n d, 1 <= d <= n -> divides d (factorial n).
Proof.
  induction n as [| n IH]; intros d range.
  - lia.
  - destruct (Nat.eq_dec d (S n)) as [-> | smaller].
    + exists (factorial n). reflexivity.
    + destruct (IH d) as [k product]; [lia |].
      exists (S n * k).
      simpl factorial.
      rewrite product.
      ring.
Qed.

Theorem infinitely_many_primes : forall n : nat, exists p, n < p /\ prime p.
Proof.
  (* Euclid: a prime divisor of n! + 1 is larger than n. *)
  intros n.
  destruct (prime_divisor (factorial n + 1)) as [p [is_prime [k product]]].
  { pose proof (factorial_positive n). lia. }
  exists p.
  split; [| exact is_prime].
  destruct (le_lt_dec p n) as [small | large]; [exfalso | exact large].
  destruct is_prime as [above_one _].
  destruct (divides_factorial n p) as [l multiple]; [lia |].
  (* p would divide two neighbours: p l + 1 = p k. *)
  rewrite multiple in product.
  destruct (le_lt_dec k l) as [at_most | more].
  - assert (p * k <= p * l) by (apply Nat.mul_le_mono_l; exact at_most). lia.
  - assert (p * (l + 1) <= p * k) by (apply Nat.mul_le_mono_l; lia). lia.
Qed.
