From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem compiler_is_right : forall (env : nat -> nat) (e : expr),
  run env (compile e) [] = Some [eval env e].
Proof.
Admitted.
