Require Import Context.

Theorem meet_associative : forall (L : lattice) (x y z : carrier L),
  meet L x (meet L y z) = meet L (meet L x y) z.
Proof.
Admitted.
