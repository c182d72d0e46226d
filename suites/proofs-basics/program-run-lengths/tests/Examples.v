From Coq Require Import List.
Import ListNotations.
Require Import Context.

Example two_runs : encode [7; 7; 7; 4] = [(3, 7); (1, 4)].
Proof. reflexivity. Qed.
