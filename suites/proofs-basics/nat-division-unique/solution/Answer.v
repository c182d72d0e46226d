From Coq Require Import Arith.
From Coq Require Import Lia.

Theorem division_unique : forall a b q r : nat,
  r < b -> a = b * q + r -> q = a / b /\ r = a mod b.
Proof.
  intros a b q r small split_of_a.
  assert (library : a = b * (a / b) + a mod b) by apply Nat.div_mod_eq.
  assert (small_too : a mod b < b) by (apply Nat.mod_upper_bound; lia).
  (* Quotients that differ put the two sums at least b apart. *)
  assert (q = a / b) as same.
  { destruct (Nat.lt_trichotomy q (a / b)) as [less | [same | more]].
    - assert (b * (q + 1) <= b * (a / b)) by (apply Nat.mul_le_mono_l; lia). lia.
    - exact same.
    - assert (b * (a / b + 1) <= b * q) by (apply Nat.mul_le_mono_l; lia). lia. }
  split.
  - exact same.
  - rewrite <- same in library. lia.
Qed.
