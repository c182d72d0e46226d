From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem flatten_mirror : forall t : tree, flatten (mirror t) = rev (flatten t).
Proof.
  induction t as [| l IHl x r IHr]; simpl.
  - reflexivity.
  - rewrite IHl, IHr, rev_app_distr.
    simpl.
    rewrite <- app_assoc.
    reflexivity.
Qed.
