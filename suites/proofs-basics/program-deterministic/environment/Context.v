Definition store : Type := nat -> nat.

(** What is computed and tested is given as functions of the store. *)
Inductive command : Type :=
  | skip : command
  | assign : nat -> (store -> nat) -> command
  | sequence : command -> command -> command
  | choose : (store -> bool) -> command -> command -> command
  | loop : (store -> bool) -> command -> command.

Definition update (s : store) (v n : nat) : store :=
  fun w => if Nat.eqb w v then n else s w.

(** [runs c s t]: started in [s], the command [c] ends in [t]. *)
Inductive runs : command -> store -> store -> Prop :=
  | runs_skip : forall s, runs skip s s
  | runs_assign : forall v f s, runs (assign v f) s (update s v (f s))
  | runs_sequence : forall a b s t u, runs a s t -> runs b t u -> runs (sequence a b) s u
  | runs_choose_yes : forall test a b s t,
      test s = true -> runs a s t -> runs (choose test a b) s t
  | runs_choose_no : forall test a b s t,
      test s = false -> runs b s t -> runs (choose test a b) s t
  | runs_loop_end : forall test a s, test s = false -> runs (loop test a) s s
  | runs_loop_again : forall test a s t u,
      test s = true -> runs a s t -> runs (loop test a) t u -> runs (loop test a) s u.
