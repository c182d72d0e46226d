Require Import Context.

(** What undoes an element from the right is its inverse. *)
Lemma undoes : forall (G : group) (x z : carrier G), op G x z = neutral G -> z = inverse G x.
Proof.
  intros G x z undone.
  rewrite <- (neutral_left G z), <- (inverse_left G x), <- (assoc G), undone.
  apply (neutral_right G).
Qed.

Theorem inverse_of_product : forall (G : group) (x y : carrier G),
  inverse G (op G x y) = op G (inverse G y) (inverse G x).
Proof.
  intros G x y.
  symmetry.
  apply undoes.
  rewrite (assoc G), <- (assoc G x y).
  rewrite (inverse_right G y), (neutral_right G).
  apply (inverse_right G).
Qed.
