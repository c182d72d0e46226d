From Coq Require Import Arith.

Theorem below_power_of_two : forall n : nat, n < 2 ^ n.
Proof.
Admitted.
