Require Import Context.

Example two_by_two : mul (succ (succ zero)) (succ (succ zero)) = succ (succ (succ (succ zero))).
Proof. reflexivity. Qed.
Example one_is_not_zero : succ zero <> zero.
Proof. discriminate. Qed.
