/-- Arithmetic expressions with variables that have numbers for names. -/
inductive expr : Type where
  | const : Nat → expr
  | var : Nat → expr
  | plus : expr → expr → expr
  | times : expr → expr → expr

def eval (env : Nat → Nat) : expr → Nat
  | expr.const n => n
  | expr.var v => env v
  | expr.plus a b => eval env a + eval env b
  | expr.times a b => eval env a * eval env b

/-- A sum, made simpler where a summand is zero or both are constants. -/
def smart_plus : expr → expr → expr
  | expr.const m, expr.const n => expr.const (m + n)
  | expr.const 0, e => e
  | e, expr.const 0 => e
  | a, b => expr.plus a b

/-- A product, made simpler where a factor is zero or one or both are constants. -/
def smart_times : expr → expr → expr
  | expr.const m, expr.const n => expr.const (m * n)
  | expr.const 0, _ => expr.const 0
  | _, expr.const 0 => expr.const 0
  | expr.const 1, e => e
  | e, expr.const 1 => e
  | a, b => expr.times a b

def fold_constants : expr → expr
  | expr.const n => expr.const n
  | expr.var v => expr.var v
  | expr.plus a b => smart_plus (fold_constants a) (fold_constants b)
  | expr.times a b => smart_times (fold_constants a) (fold_constants b)
