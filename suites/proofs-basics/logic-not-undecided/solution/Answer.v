Theorem not_undecided : forall P : Prop, ~ ~ (P \/ ~ P).
Proof.
  intros P undecided.
  apply undecided.
  right.
  intros p.
  apply undecided.
  left.
  exact p.
Qed.
