From Coq Require Import Classical.
From Coq Require Import Arith Lia.

Lemma never_rises : forall f : nat -> nat,
  (forall n, f (n + 1) <= f n) -> forall m n, m <= n -> f n <= f m.
Proof.
  intros f falls m n later.
  induction later as [| n later IH].
  - apply le_n.
  - specialize (falls n).
    rewrite Nat.add_1_r in falls.
    lia.
Qed.

Theorem eventually_constant : forall f : nat -> nat,
  (forall n, f (n + 1) <= f n) -> exists place, forall n, place <= n -> f n = f place.
Proof.
  intros f falls.
  (* Induction on the value at the place where we stand. *)
  assert (from : forall value start, f start = value ->
    exists place, forall n, place <= n -> f n = f place).
  { induction value as [value IH] using (well_founded_induction lt_wf).
    intros start here.
    destruct (classic (exists n, start <= n /\ f n < f start)) as [[n [later less]] | rests].
    - apply (IH (f n)) with n; lia.
    - exists start.
      intros n later.
      pose proof (never_rises f falls start n later).
      destruct (le_lt_dec (f start) (f n)) as [high | low].
      + lia.
      + destruct rests. exists n. split; assumption. }
  exact (from (f 0) 0 eq_refl).
Qed.
