Require Import Context.

Theorem one_neutral_element : forall (M : monoid) (u : carrier M),
  (forall x, op M u x = x) -> u = neutral M.
Proof.
  intros M u changes_nothing.
  rewrite <- (neutral_right M u).
  apply changes_nothing.
Qed.
