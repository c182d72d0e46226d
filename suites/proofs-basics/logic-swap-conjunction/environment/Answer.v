Theorem swap_conjunction : forall P Q : Prop, P /\ Q -> Q /\ P.
Proof.
Admitted.
