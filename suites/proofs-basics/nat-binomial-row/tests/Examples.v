From Coq Require Import Arith.
Require Import Context.

Example up_to_three : sum_below (fun i => i) 4 = 6.
Proof. reflexivity. Qed.
Example two_of_five : binomial 5 2 = 10.
Proof. reflexivity. Qed.
Example six_of_five : binomial 5 6 = 0.
Proof. reflexivity. Qed.
