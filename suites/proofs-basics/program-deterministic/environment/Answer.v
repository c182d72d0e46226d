Require Import Context.

Theorem one_result : forall (c : command) (s t u : store), runs c s t -> runs c s u -> t = u.
Proof.
Admitted.
