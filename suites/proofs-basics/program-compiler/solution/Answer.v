From Coq Require Import List.
Import ListNotations.
Require Import Context.

(** True of any stack and of anything that runs afterwards, which the induction needs. *)
Lemma runs_then : forall env e rest stack,
  run env (compile e ++ rest) stack = run env rest (eval env e :: stack).
Proof.
  intros env e.
  induction e as [n | v | a IHa b IHb | a IHa b IHb]; intros rest stack; simpl.
  - reflexivity.
  - reflexivity.
  - rewrite <- 2 app_assoc, IHa, IHb. reflexivity.
  - rewrite <- 2 app_assoc, IHa, IHb. reflexivity.
Qed.

Theorem compiler_is_right : forall (env : nat -> nat) (e : expr),
  run env (compile e) [] = Some [eval env e].
Proof.
  intros env e.
  rewrite <- (app_nil_r (compile e)).
  rewrite runs_then.
  reflexivity.
Qed.
