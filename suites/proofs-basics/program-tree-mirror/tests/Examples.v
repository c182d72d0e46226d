From Coq Require Import List.
Import ListNotations.
Require Import Context.

Example three_numbers : flatten (mirror (fork (fork leaf 1 leaf) 2 (fork leaf 3 leaf))) = [3; 2; 1].
Proof. reflexivity. Qed.
