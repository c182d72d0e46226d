From Coq Require Import List.
Import ListNotations.
Require Import Context.

Lemma reverse_app : forall (A : Type) (l m : list A),
  reverse (l ++ m) = reverse m ++ reverse l.
Proof.
  intros A l m.
  induction l as [| x l IH]; simpl.
  - rewrite app_nil_r. reflexivity.
  - rewrite IH, app_assoc. reflexivity.
Qed.

Theorem reverse_twice : forall (A : Type) (l : list A), reverse (reverse l) = l.
Proof.
  intros A l.
  induction l as [| x l IH]; simpl.
  - reflexivity.
  - rewrite reverse_app, IH. reflexivity.
Qed.
