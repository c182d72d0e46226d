From Coq Require Import List.
Import ListNotations.
Require Import Context.
From Coq Require Import Arith.

Lemma decode_put : forall x runs, decode (put x runs) = x :: decode runs.
Proof.
  intros x [| [n y] rest]; simpl.
  - reflexivity.
  - destruct (Nat.eqb_spec x y) as [-> | other]; reflexivity.
Qed.

Theorem decode_encode : forall l : list nat, decode (encode l) = l.
Proof.
  induction l as [| x l IH]; simpl.
  - reflexivity.
  - rewrite decode_put, IH. reflexivity.
Qed.
