Require Import Context.

Theorem absorption : forall (L : lattice) (x y : carrier L), meet L x (join L x y) = x.
Proof.
  intros L x y.
  apply (leq_antisym L).
  - apply (meet_left L).
  - apply (meet_greatest L).
    + apply (leq_refl L).
    + apply (join_left L).
Qed.
