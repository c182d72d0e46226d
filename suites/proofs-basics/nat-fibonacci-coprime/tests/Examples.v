From Coq Require Import Arith.
Require Import Context.

Example tenth : fib 10 = 55.
Proof. reflexivity. Qed.
Example not_all_are_coprime : Nat.gcd (fib 6) (fib 9) = 2.
Proof. reflexivity. Qed.
