Require Import Context.

Theorem one_inverse : forall (M : monoid) (x y z : carrier M),
  op M x y = neutral M -> op M y z = neutral M -> x = z.
Proof.
  intros M x y z left_undone right_undone.
  (* x = x (y z) = (x y) z = z *)
  rewrite <- (neutral_right M x), <- right_undone.
  rewrite (assoc M), left_undone.
  apply (neutral_left M).
Qed.
