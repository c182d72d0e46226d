From Coq Require Import List.
Import ListNotations.
Require Import Context.

From Coq Require Import Lia.
Example two_keys : search_tree (fork (fork leaf 1 leaf) 2 leaf).
Proof. simpl. intuition lia. Qed.
Example wrong_side : ~ search_tree (fork (fork leaf 3 leaf) 2 leaf).
Proof. simpl. intros [_ [_ [smaller _]]]. specialize (smaller 3). lia. Qed.
Example found : lookup 1 (fork (fork leaf 1 leaf) 2 leaf) = true.
Proof. reflexivity. Qed.
Example not_found : lookup 3 (fork (fork leaf 1 leaf) 2 leaf) = false.
Proof. reflexivity. Qed.
