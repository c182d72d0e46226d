Theorem peirce_iff_excluded_middle :
  (forall P Q : Prop, ((P -> Q) -> P) -> P) <-> (forall P : Prop, P \/ ~ P).
Proof.
Admitted.
