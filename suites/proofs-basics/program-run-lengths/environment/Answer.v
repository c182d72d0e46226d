From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem decode_encode : forall l : list nat, decode (encode l) = l.
Proof.
Admitted.
