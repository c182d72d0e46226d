Theorem peirce_iff_excluded_middle :
  (forall P Q : Prop, ((P -> Q) -> P) -> P) <-> (forall P : Prop, P \/ ~ P).
Proof.
  split.
  - intros peirce P.
    (* With False for Q: to show P or not P we may assume that it is refuted. *)
    apply (peirce (P \/ ~ P) False).
    intros refuted.
    right.
    intros p.
    apply refuted.
    left.
    exact p.
  - intros excluded_middle P Q premise.
    destruct (excluded_middle P) as [p | no_p].
    + exact p.
    + apply premise.
      intros p.
      contradiction.
Qed.
