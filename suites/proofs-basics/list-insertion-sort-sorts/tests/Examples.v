From Coq Require Import List.
Import ListNotations.
Require Import Context.

From Coq Require Import Lia.
Example some_are_sorted : is_sorted [1; 2; 2; 5].
Proof. simpl. intuition lia. Qed.
Example some_are_not_sorted : ~ is_sorted [2; 1].
Proof. simpl. intros [least _]. specialize (least 1). lia. Qed.
Example four_numbers : insertion_sort [2; 5; 1; 2] = [1; 2; 2; 5].
Proof. reflexivity. Qed.
