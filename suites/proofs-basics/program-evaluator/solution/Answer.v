From Coq Require Import Arith.
Require Import Context.

Theorem evaluator_follows_rules : forall (e : expr) (n : nat), evaluates e n <-> eval e = Some n.
Proof.
  split.
  - (* By induction on the rules. *)
    intros value.
    induction value as [n | a b m n _ IHa _ IHb | a b m n _ IHa _ IHb not_zero]; simpl.
    + reflexivity.
    + rewrite IHa, IHb. reflexivity.
    + rewrite IHa, IHb.
      destruct (Nat.eqb_spec n 0) as [zero | _].
      * contradiction.
      * reflexivity.
  - (* By induction on the expression. *)
    revert n.
    induction e as [k | a IHa b IHb | a IHa b IHb]; intros n; simpl.
    + intros [= ->]. apply evaluates_const.
    + destruct (eval a) as [m |]; [| discriminate].
      destruct (eval b) as [k |]; [| discriminate].
      intros [= <-].
      apply evaluates_plus; [apply IHa | apply IHb]; reflexivity.
    + destruct (eval a) as [m |]; [| discriminate].
      destruct (eval b) as [k |]; [| discriminate].
      destruct (Nat.eqb_spec k 0) as [zero | not_zero]; [discriminate |].
      intros [= <-].
      apply evaluates_divide; [apply IHa | apply IHb | exact not_zero]; reflexivity.
Qed.
