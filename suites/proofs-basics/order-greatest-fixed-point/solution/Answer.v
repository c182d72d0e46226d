Require Import Context.

Theorem greatest_fixed_point : forall (L : complete_order) (f : carrier L -> carrier L),
  (forall x y, leq L x y -> leq L (f x) (f y)) ->
  exists x, f x = x /\ forall y, f y = y -> leq L y x.
Proof.
  intros L f monotone.
  (* The least upper bound of all elements that f does not move down. *)
  destruct (complete L (fun y => leq L y (f y))) as [x [upper least]].
  assert (up : leq L x (f x)).
  { apply least.
    intros y rises.
    apply (leq_trans L) with (f y).
    - exact rises.
    - apply monotone. apply upper. exact rises. }
  assert (down : leq L (f x) x).
  { apply upper.
    apply monotone.
    exact up. }
  exists x.
  split.
  - exact (leq_antisym L (f x) x down up).
  - intros y fixed.
    apply upper.
    rewrite fixed.
    apply (leq_refl L).
Qed.
