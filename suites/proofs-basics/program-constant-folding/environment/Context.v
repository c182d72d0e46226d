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

(** A sum, made simpler where a summand is zero or both are constants. *)
Definition smart_plus (a b : expr) : expr :=
  match a, b with
  | const m, const n => const (m + n)
  | const 0, e => e
  | e, const 0 => e
  | _, _ => plus a b
  end.

(** A product, made simpler where a factor is zero or one or both are constants. *)
Definition smart_times (a b : expr) : expr :=
  match a, b with
  | const m, const n => const (m * n)
  | const 0, _ => const 0
  | _, const 0 => const 0
  | const 1, e => e
  | e, const 1 => e
  | _, _ => times a b
  end.

Fixpoint fold_constants (e : expr) : expr :=
  match e with
  | const n => const n
  | var v => var v
  | plus a b => smart_plus (fold_constants a) (fold_constants b)
  | times a b => smart_times (fold_constants a) (fold_constants b)
  end.
