From Coq Require Import List.
Import ListNotations.
Require Import Context.

(* statement *)
Theorem decode_encode : forall l : list nat, decode (encode l) = l.
