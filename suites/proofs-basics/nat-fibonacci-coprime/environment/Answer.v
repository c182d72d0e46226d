From Coq Require Import Arith.
Require Import Context.

Theorem fibonacci_neighbours_coprime : forall n : nat, Nat.gcd (fib n) (fib (n + 1)) = 1.
Proof.
Admitted.
