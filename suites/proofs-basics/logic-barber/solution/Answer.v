Theorem no_barber : forall (person : Type) (shaves : person -> person -> Prop),
  ~ exists barber, forall x, shaves barber x <-> ~ shaves x x.
Proof.
  intros person shaves [barber rule].
  destruct (rule barber) as [he_does_not he_does].
  assert (no : ~ shaves barber barber).
  { intros yes. exact (he_does_not yes yes). }
  apply no.
  apply he_does.
  exact no.
Qed.
