From Coq Require Import Arith List.
Require Import Context.
From Coq Require Import Lia.

Lemma differ_by_nines : forall digits, exists k, value digits = digit_sum digits + k * 9.
Proof.
  induction digits as [| d rest [k difference]].
  - exists 0. reflexivity.
  - exists (value rest + k).
    simpl value. simpl digit_sum.
    lia.
Qed.

Theorem casting_out_nines : forall digits : list nat,
  value digits mod 9 = digit_sum digits mod 9.
Proof.
  intros digits.
  destruct (differ_by_nines digits) as [k ->].
  apply Nat.mod_add.
  discriminate.
Qed.
