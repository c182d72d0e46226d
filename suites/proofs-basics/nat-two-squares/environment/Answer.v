From Coq Require Import Arith.

Theorem two_squares_modulo_four : forall a b : nat, (a * a + b * b) mod 4 <> 3.
Proof.
Admitted.
