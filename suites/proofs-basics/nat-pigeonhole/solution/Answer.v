From Coq Require Import Arith Lia.

(** One of the first [m] pigeons is in hole [h], or none is. *)
Lemma look_into : forall (hole : nat -> nat) h m,
  (exists i, i < m /\ hole i = h) \/ (forall i, i < m -> hole i <> h).
Proof.
  intros hole h m.
  induction m as [| m [[i [early inside]] | none]].
  - right. lia.
  - left. exists i. split; [lia | exact inside].
  - destruct (Nat.eq_dec (hole m) h) as [inside | outside].
    + left. exists m. split; [lia | exact inside].
    + right.
      intros i early.
      destruct (Nat.eq_dec i m) as [-> | other].
      * exact outside.
      * apply none. lia.
Qed.

Theorem pigeonhole : forall (n : nat) (hole : nat -> nat),
  (forall i, i <= n -> hole i < n) -> exists i j, i < j /\ j <= n /\ hole i = hole j.
Proof.
  induction n as [| n IH]; intros hole fits.
  - specialize (fits 0). lia.
  - destruct (look_into hole (hole (S n)) (S n)) as [[i [early same]] | alone].
    + exists i, (S n). repeat split; [lia | lia | exact same].
    + (* The last pigeon is alone. Whoever is in hole n moves to the last pigeon's, and hole n is closed. *)
      pose (moved i := if Nat.eq_dec (hole i) n then hole (S n) else hole i).
      destruct (IH moved) as [i [j [before [within together]]]].
      * intros i early.
        assert (hole i < S n) by (apply fits; lia).
        assert (hole (S n) < S n) by (apply fits; lia).
        assert (hole i <> hole (S n)) by (apply alone; lia).
        unfold moved.
        destruct (Nat.eq_dec (hole i) n); lia.
      * exists i, j.
        assert (hole i <> hole (S n)) by (apply alone; lia).
        assert (hole j <> hole (S n)) by (apply alone; lia).
        unfold moved in together.
        destruct (Nat.eq_dec (hole i) n); destruct (Nat.eq_dec (hole j) n); lia.
Qed.
