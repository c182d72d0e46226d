Require Import Context.

Lemma own_square : forall (G : group) (x : carrier G), op G x x = x -> x = neutral G.
Proof.
  intros G x square.
  (* x = (x' x) x = x' (x x) = x' x *)
  rewrite <- (neutral_left G x), <- (inverse_left G x), <- (assoc G), square.
  reflexivity.
Qed.

Theorem injective_iff_trivial_kernel : forall (G H : group) (f : carrier G -> carrier H),
  (forall x y, f (op G x y) = op H (f x) (f y)) ->
  ((forall x y, f x = f y -> x = y) <-> (forall x, f x = neutral H -> x = neutral G)).
Proof.
  intros G H f homomorphism.
  assert (keeps_neutral : f (neutral G) = neutral H).
  { apply own_square.
    rewrite <- homomorphism, (neutral_left G).
    reflexivity. }
  split.
  - intros injective x to_neutral.
    apply injective.
    rewrite keeps_neutral.
    exact to_neutral.
  - intros trivial x y same.
    (* The quotient of x and y is sent to the neutral element. *)
    assert (quotient : op G x (inverse G y) = neutral G).
    { apply trivial.
      rewrite homomorphism, same, <- homomorphism, (inverse_right G).
      exact keeps_neutral. }
    rewrite <- (neutral_right G x), <- (inverse_left G y).
    rewrite (assoc G), quotient.
    apply (neutral_left G).
Qed.
