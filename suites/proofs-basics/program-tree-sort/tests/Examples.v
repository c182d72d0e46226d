From Coq Require Import List.
Import ListNotations.
Require Import Context.

From Coq Require Import Lia.
Example three_keys : flatten (insert_key 2 (insert_key 3 (insert_key 1 leaf))) = [1; 2; 3].
Proof. reflexivity. Qed.
Example some_are_ascending : ascending [1; 2; 5].
Proof. simpl. intuition lia. Qed.
Example not_with_a_number_twice : ~ ascending [2; 2].
Proof. simpl. intros [less _]. specialize (less 2). lia. Qed.
