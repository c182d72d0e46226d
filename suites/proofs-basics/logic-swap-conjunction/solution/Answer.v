Theorem swap_conjunction : forall P Q : Prop, P /\ Q -> Q /\ P.
Proof.
  intros P Q [p q].
  split.
  - exact q.
  - exact p.
Qed.
