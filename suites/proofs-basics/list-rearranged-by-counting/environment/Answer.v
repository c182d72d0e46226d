From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem rearranged_iff_counts : forall l m : list nat,
  rearranged l m <-> forall x, occurrences x l = occurrences x m.
Proof.
Admitted.
