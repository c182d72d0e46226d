Require Import Context.

Theorem one_result : forall (c : command) (s t u : store), runs c s t -> runs c s u -> t = u.
Proof.
  intros c s t u first.
  revert u.
  (* By induction on the first run; the second can only have gone the same way. *)
  induction first as
    [ s
    | v f s
    | a b s t u _ IHa _ IHb
    | test a b s t yes _ IH
    | test a b s t no _ IH
    | test a s no
    | test a s t u yes _ IHa _ IHloop ];
    intros w second; inversion second; subst; try congruence.
  - (* A sequence: the stores in the middle are the same. *)
    assert (t = t0) as <- by (apply IHa; assumption).
    apply IHb. assumption.
  - apply IH. assumption.
  - apply IH. assumption.
  - (* A loop that goes round: the stores after the first round are the same. *)
    assert (t = t0) as <- by (apply IHa; assumption).
    apply IHloop. assumption.
Qed.
