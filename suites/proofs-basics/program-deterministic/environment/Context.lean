abbrev store : Type := Nat → Nat

/-- What is computed and tested is given as functions of the store. -/
inductive command : Type where
  | skip : command
  | assign : Nat → (store → Nat) → command
  | sequence : command → command → command
  | choose : (store → Bool) → command → command → command
  | loop : (store → Bool) → command → command

def update (s : store) (v n : Nat) : store :=
  fun w => if w = v then n else s w

/-- `runs c s t`: started in `s`, the command `c` ends in `t`. -/
inductive runs : command → store → store → Prop where
  | skip : ∀ (s : store), runs command.skip s s
  | assign : ∀ (v : Nat) (f : store → Nat) (s : store),
      runs (command.assign v f) s (update s v (f s))
  | sequence : ∀ (a b : command) (s t u : store),
      runs a s t → runs b t u → runs (command.sequence a b) s u
  | choose_yes : ∀ (test : store → Bool) (a b : command) (s t : store),
      test s = true → runs a s t → runs (command.choose test a b) s t
  | choose_no : ∀ (test : store → Bool) (a b : command) (s t : store),
      test s = false → runs b s t → runs (command.choose test a b) s t
  | loop_end : ∀ (test : store → Bool) (a : command) (s : store),
      test s = false → runs (command.loop test a) s s
  | loop_again : ∀ (test : store → Bool) (a : command) (s t u : store),
      test s = true → runs a s t → runs (command.loop test a) t u →
      runs (command.loop test a) s u
