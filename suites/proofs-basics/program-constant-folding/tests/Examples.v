Require Import Context.

Example two_x_and_one : eval (fun _ => 5) (plus (times (const 2) (var 0)) (const 1)) = 11.
Proof. reflexivity. Qed.
Example folds : fold_constants (plus (times (const 2) (const 3)) (times (var 0) (const 1))) = plus (const 6) (var 0).
Proof. reflexivity. Qed.
