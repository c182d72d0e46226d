Require Import Context.

(* statement *)
Theorem fibonacci_addition : forall m n : nat,
  fib (m + n + 1) = fib (m + 1) * fib (n + 1) + fib m * fib n.
