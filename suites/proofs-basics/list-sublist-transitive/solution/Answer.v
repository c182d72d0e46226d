From Coq Require Import List.
Import ListNotations.
Require Import Context.

Theorem sublist_transitive : forall (A : Type) (k l m : list A),
  sublist k l -> sublist l m -> sublist k m.
Proof.
  intros A k l m first second.
  revert k first.
  induction second as [| x l m _ IH | x l m _ IH]; intros k first.
  - exact first.
  - inversion first as [| y k' l' part | y k' l' part]; subst.
    + apply sublist_keep. apply IH. exact part.
    + apply sublist_drop. apply IH. exact part.
  - apply sublist_drop. apply IH. exact first.
Qed.
