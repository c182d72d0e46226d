Require Import Context.

Example one_at_most_two : at_most (succ zero) (succ (succ zero)).
Proof. exists (succ zero). reflexivity. Qed.
Example one_not_at_most_zero : ~ at_most (succ zero) zero.
Proof. intros [k sum]. discriminate. Qed.
