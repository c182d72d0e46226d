From Coq Require Import Arith List.
Require Import Context.

Example three_hundred_and_twelve : value (2 :: 1 :: 3 :: nil) = 312 /\ digit_sum (2 :: 1 :: 3 :: nil) = 6.
Proof. split; reflexivity. Qed.
