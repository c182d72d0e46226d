(** Arithmetic expressions with variables that have numbers for names. *)
Inductive expr : Type :=
  | const : nat -> expr
  | var : nat -> expr
  | plus : expr -> expr -> expr
  | times : expr -> expr -> expr.

Fixpoint eval (env : nat -> nat) (e : expr) : nat :=
  match e with
  | const n => n
  | var v => env v
  | plus a b => eval env a + eval env b
  | times a b => eval env a * eval env b
  end.

Inductive instruction : Type :=
  | push : nat -> instruction
  | load : nat -> instruction
  | add : instruction
  | multiply : instruction.

(** One instruction on a stack, the top first; [None] where it is stuck for want of operands. *)
Definition step (env : nat -> nat) (i : instruction) (stack : list nat) : option (list nat) :=
  match i, stack with
  | push n, _ => Some (cons n stack)
  | load v, _ => Some (cons (env v) stack)
  | add, cons b (cons a rest) => Some (cons (a + b) rest)
  | multiply, cons b (cons a rest) => Some (cons (a * b) rest)
  | _, _ => None
  end.

Fixpoint run (env : nat -> nat) (program : list instruction) (stack : list nat) : option (list nat) :=
  match program with
  | nil => Some stack
  | cons i rest =>
      match step env i stack with
      | Some after => run env rest after
      | None => None
      end
  end.

Fixpoint compile (e : expr) : list instruction :=
  match e with
  | const n => cons (push n) nil
  | var v => cons (load v) nil
  | plus a b => app (compile a) (app (compile b) (cons add nil))
  | times a b => app (compile a) (app (compile b) (cons multiply nil))
  end.
