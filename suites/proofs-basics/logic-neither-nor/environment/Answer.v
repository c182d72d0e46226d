Theorem neither_nor : forall P Q : Prop, ~ (P \/ Q) <-> ~ P /\ ~ Q.
Proof.
Admitted.
