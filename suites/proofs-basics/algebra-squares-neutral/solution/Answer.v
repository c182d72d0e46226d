Require Import Context.

Lemma own_inverse : forall G : group,
  (forall x, op G x x = neutral G) -> forall x z, op G x z = neutral G -> z = x.
Proof.
  intros G squares x z undone.
  rewrite <- (neutral_left G z), <- (squares x), <- (assoc G), undone.
  apply (neutral_right G).
Qed.

Theorem squares_neutral_commute : forall G : group,
  (forall x, op G x x = neutral G) -> forall x y, op G x y = op G y x.
Proof.
  intros G squares x y.
  (* x y undoes y x. *)
  apply (own_inverse G squares).
  rewrite (assoc G), <- (assoc G y x x).
  rewrite squares, (neutral_right G).
  apply squares.
Qed.
