Require Import Context.

(** Counting the first variable down to zero; and a loop that never ends. *)
Definition count_down : command :=
  loop (fun s => negb (Nat.eqb (s 0) 0)) (assign 0 (fun s => pred (s 0))).
Example counts_down : exists t, runs count_down (fun _ => 2) t /\ t 0 = 0 /\ t 1 = 2.
Proof.
  eexists. split.
  - do 2 (eapply runs_loop_again; [reflexivity | apply runs_assign |]).
    apply runs_loop_end. reflexivity.
  - split; reflexivity.
Qed.
Example for_ever : forall s t, ~ runs (loop (fun _ => true) skip) s t.
Proof.
  intros s t ends.
  remember (loop (fun _ => true) skip) as c eqn:endless.
  induction ends; try discriminate; injection endless as -> ->.
  - discriminate.
  - apply IHends2. reflexivity.
Qed.
