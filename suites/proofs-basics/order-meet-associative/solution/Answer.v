Require Import Context.

(** Below a meet is what is below both. *)
Lemma leq_meet : forall (L : lattice) (x y z : carrier L),
  leq L z (meet L x y) <-> leq L z x /\ leq L z y.
Proof.
  intros L x y z.
  split.
  - intros under.
    split.
    + apply (leq_trans L) with (meet L x y); [exact under | apply meet_left].
    + apply (leq_trans L) with (meet L x y); [exact under | apply meet_right].
  - intros [under_x under_y].
    exact (meet_greatest L x y z under_x under_y).
Qed.

Theorem meet_associative : forall (L : lattice) (x y z : carrier L),
  meet L x (meet L y z) = meet L (meet L x y) z.
Proof.
  intros L x y z.
  apply (leq_antisym L).
  - destruct (proj1 (leq_meet L x (meet L y z) _) (leq_refl L _)) as [under_x under_rest].
    destruct (proj1 (leq_meet L y z _) under_rest) as [under_y under_z].
    apply leq_meet. split; [| exact under_z].
    apply leq_meet. split; [exact under_x | exact under_y].
  - destruct (proj1 (leq_meet L (meet L x y) z _) (leq_refl L _)) as [under_rest under_z].
    destruct (proj1 (leq_meet L x y _) under_rest) as [under_x under_y].
    apply leq_meet. split; [exact under_x |].
    apply leq_meet. split; [exact under_y | exact under_z].
Qed.
