From Coq Require Import List.
Import ListNotations.
Require Import Context.

(** True of any list to move to, which the induction needs. *)
Lemma move_reverses : forall (A : Type) (l done : list A), move l done = reverse l ++ done.
Proof.
  intros A l.
  induction l as [| x l IH]; intros done; simpl.
  - reflexivity.
  - rewrite IH, <- app_assoc. reflexivity.
Qed.

Theorem fast_reverse_is_reverse : forall (A : Type) (l : list A), fast_reverse l = reverse l.
Proof.
  intros A l.
  unfold fast_reverse.
  rewrite move_reverses.
  apply app_nil_r.
Qed.
