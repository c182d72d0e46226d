Require Import Context.

Example up_to_three : sum_below (fun i => i) 4 = 6.
Proof. reflexivity. Qed.
