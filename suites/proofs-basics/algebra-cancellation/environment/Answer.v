Require Import Context.

Theorem group_cancellation : forall (G : group) (x y z : carrier G),
  op G x y = op G x z -> y = z.
Proof.
Admitted.
