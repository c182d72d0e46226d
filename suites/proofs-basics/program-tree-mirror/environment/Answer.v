From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem flatten_mirror : forall t : tree, flatten (mirror t) = rev (flatten t).
Proof.
Admitted.
