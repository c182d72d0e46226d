Theorem no_liar : forall P : Prop, ~ (P <-> ~ P).
Proof.
  intros P [lies honest].
  assert (no_p : ~ P).
  { intros p. exact (lies p p). }
  apply no_p.
  apply honest.
  exact no_p.
Qed.
