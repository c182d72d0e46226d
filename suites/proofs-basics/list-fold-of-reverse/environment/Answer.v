From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem fold_of_reverse : forall (A B : Type) (f : B -> A -> B) (start : B) (l : list A),
  fold_left f l start = fold_right (fun x acc => f acc x) start (reverse l).
Proof.
Admitted.
