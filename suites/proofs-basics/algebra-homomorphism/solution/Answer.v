Require Import Context.

Lemma undoes : forall (G : group) (x z : carrier G), op G x z = neutral G -> z = inverse G x.
Proof.
  intros G x z undone.
  rewrite <- (neutral_left G z), <- (inverse_left G x), <- (assoc G), undone.
  apply (neutral_right G).
Qed.

(** Only the neutral element is its own square. *)
Lemma own_square : forall (G : group) (x : carrier G), op G x x = x -> x = neutral G.
Proof.
  intros G x square.
  (* x = (x' x) x = x' (x x) = x' x *)
  rewrite <- (neutral_left G x), <- (inverse_left G x), <- (assoc G), square.
  reflexivity.
Qed.

Theorem homomorphism_keeps : forall (G H : group) (f : carrier G -> carrier H),
  (forall x y, f (op G x y) = op H (f x) (f y)) ->
  f (neutral G) = neutral H /\ forall x, f (inverse G x) = inverse H (f x).
Proof.
  intros G H f homomorphism.
  assert (keeps_neutral : f (neutral G) = neutral H).
  { apply own_square.
    rewrite <- homomorphism, (neutral_left G).
    reflexivity. }
  split.
  - exact keeps_neutral.
  - intros x.
    apply undoes.
    rewrite <- homomorphism, (inverse_right G).
    exact keeps_neutral.
Qed.
