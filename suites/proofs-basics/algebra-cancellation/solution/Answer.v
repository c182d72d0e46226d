Require Import Context.

Theorem group_cancellation : forall (G : group) (x y z : carrier G),
  op G x y = op G x z -> y = z.
Proof.
  intros G x y z same.
  rewrite <- (neutral_left G y), <- (neutral_left G z).
  rewrite <- (inverse_left G x).
  rewrite <- 2 (assoc G).
  rewrite same.
  reflexivity.
Qed.
