Require Import Context.

Example tenth : fib 10 = 55.
Proof. reflexivity. Qed.
