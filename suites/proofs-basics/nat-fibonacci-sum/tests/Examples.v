Require Import Context.

Example up_to_three : sum_below (fun i => i) 4 = 6.
Proof. reflexivity. Qed.
Example tenth : fib 10 = 55.
Proof. reflexivity. Qed.
