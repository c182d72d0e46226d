Require Import Context.

Example five : fast_factorial 5 = 120 /\ factorial 5 = 120.
Proof. split; reflexivity. Qed.
