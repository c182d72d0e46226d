From Coq Require Import List.
Import ListNotations.
Require Import Context.

Example one_and_three : sublist [1; 3] [1; 2; 3].
Proof. repeat constructor. Qed.
Example not_in_another_order : ~ sublist [2; 1] [1; 2].
Proof.
  intros part.
  repeat match goal with H : sublist _ _ |- _ => inversion H; clear H; subst end.
Qed.
