From Coq Require Import List.
Import ListNotations.
Require Import Context.

Example three_elements : fast_reverse [1; 2; 3] = [3; 2; 1] /\ reverse [1; 2; 3] = [3; 2; 1].
Proof. split; reflexivity. Qed.
