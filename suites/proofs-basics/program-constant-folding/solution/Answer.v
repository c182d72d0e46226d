Require Import Context.
From Coq Require Import Lia.

Lemma smart_plus_keeps : forall env a b, eval env (smart_plus a b) = eval env a + eval env b.
Proof.
  intros env a b.
  (* By cases over the two forms, and over the constants zero. *)
  destruct a as [[| m] | v | a1 a2 | a1 a2]; destruct b as [[| n] | w | b1 b2 | b1 b2];
    simpl; lia.
Qed.

Lemma smart_times_keeps : forall env a b, eval env (smart_times a b) = eval env a * eval env b.
Proof.
  intros env a b.
  destruct a as [[| [| m]] | v | a1 a2 | a1 a2]; destruct b as [[| [| n]] | w | b1 b2 | b1 b2];
    simpl; lia.
Qed.

Theorem folding_keeps_value : forall (env : nat -> nat) (e : expr),
  eval env (fold_constants e) = eval env e.
Proof.
  intros env e.
  induction e as [n | v | a IHa b IHb | a IHa b IHb]; simpl.
  - reflexivity.
  - reflexivity.
  - rewrite smart_plus_keeps, IHa, IHb. reflexivity.
  - rewrite smart_times_keeps, IHa, IHb. reflexivity.
Qed.
