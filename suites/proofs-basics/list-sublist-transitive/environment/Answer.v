From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem sublist_transitive : forall (A : Type) (k l m : list A),
  sublist k l -> sublist l m -> sublist k m.
Proof.
Admitted.
