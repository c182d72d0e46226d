From Coq Require Import List.
Import ListNotations.
From Coq Require Import Lia.

Theorem filter_split : forall (A : Type) (test : A -> bool) (l : list A),
  length (filter test l) + length (filter (fun x => negb (test x)) l) = length l.
Proof.
  intros A test l.
  induction l as [| x l IH]; simpl.
  - reflexivity.
  - destruct (test x); simpl; lia.
Qed.
