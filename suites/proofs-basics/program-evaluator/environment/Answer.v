From Coq Require Import Arith.
Require Import Context.

Theorem evaluator_follows_rules : forall (e : expr) (n : nat), evaluates e n <-> eval e = Some n.
Proof.
Admitted.
