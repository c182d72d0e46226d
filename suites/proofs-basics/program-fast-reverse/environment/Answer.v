From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem fast_reverse_is_reverse : forall (A : Type) (l : list A), fast_reverse l = reverse l.
Proof.
Admitted.
