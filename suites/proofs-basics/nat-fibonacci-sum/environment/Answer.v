Require Import Context.

Theorem fibonacci_numbers_add_up : forall n : nat, sum_below fib n + 1 = fib (n + 1).
Proof.
Admitted.
