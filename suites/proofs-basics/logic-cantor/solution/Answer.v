Theorem no_enumeration_of_predicates : forall (A : Type) (f : A -> (A -> Prop)),
  ~ forall P : A -> Prop, exists x, f x = P.
Proof.
  intros A f onto.
  (* The elements that their own predicate does not hold of. *)
  destruct (onto (fun x => ~ f x x)) as [d reached].
  assert (diagonal : f d d = (~ f d d)).
  { exact (f_equal (fun P => P d) reached). }
  assert (no : ~ f d d).
  { intros yes.
    assert (holds : ~ f d d) by (rewrite <- diagonal; exact yes).
    exact (holds yes). }
  apply no.
  rewrite diagonal.
  exact no.
Qed.
