Theorem neither_nor : forall P Q : Prop, ~ (P \/ Q) <-> ~ P /\ ~ Q.
Proof.
  intros P Q.
  split.
  - intros no_either.
    split.
    + intros p. apply no_either. left. exact p.
    + intros q. apply no_either. right. exact q.
  - intros [no_p no_q] [p | q].
    + exact (no_p p).
    + exact (no_q q).
Qed.
