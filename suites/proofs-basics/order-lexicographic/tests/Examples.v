Require Import Context.

From Coq Require Import Lia.
Example far_below : pair_less (0, 1000) (1, 0).
Proof. unfold pair_less. simpl. lia. Qed.
Example not_above : ~ pair_less (1, 0) (0, 5).
Proof. unfold pair_less. simpl. lia. Qed.
