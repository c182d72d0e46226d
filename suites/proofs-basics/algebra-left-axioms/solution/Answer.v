Require Import Context.

(** An element that is its own square is neutral. *)
Lemma own_square : forall (G : left_group) (x : carrier G), op G x x = x -> x = neutral G.
Proof.
  intros G x square.
  (* x = (x' x) x = x' (x x) = x' x *)
  rewrite <- (neutral_left G x), <- (inverse_left G x), <- (assoc G), square.
  reflexivity.
Qed.

Theorem left_axioms_suffice : forall G : left_group,
  (forall x, op G x (inverse G x) = neutral G) /\ (forall x, op G x (neutral G) = x).
Proof.
  intros G.
  assert (right_inverse : forall x, op G x (inverse G x) = neutral G).
  { intros x.
    apply own_square.
    (* x x' x x' = x (x' x) x' = x x' *)
    rewrite <- (assoc G).
    rewrite (assoc G (inverse G x)), (inverse_left G), (neutral_left G).
    reflexivity. }
  split.
  - exact right_inverse.
  - intros x.
    rewrite <- (inverse_left G x), (assoc G), right_inverse.
    apply (neutral_left G).
Qed.
