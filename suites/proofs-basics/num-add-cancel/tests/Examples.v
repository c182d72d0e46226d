Require Import Context.

Example two_and_one : add (succ (succ zero)) (succ zero) = succ (succ (succ zero)).
Proof. reflexivity. Qed.
Example one_is_not_zero : succ zero <> zero.
Proof. discriminate. Qed.
