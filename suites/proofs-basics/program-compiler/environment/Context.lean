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

inductive instruction : Type where
  | push : Nat → instruction
  | load : Nat → instruction
  | add : instruction
  | multiply : instruction

/-- One instruction on a stack, the top first; `none` where it is stuck for want of operands. -/
def step (env : Nat → Nat) : instruction → List Nat → Option (List Nat)
  | instruction.push n, stack => some (n :: stack)
  | instruction.load v, stack => some (env v :: stack)
  | instruction.add, b :: a :: rest => some ((a + b) :: rest)
  | instruction.multiply, b :: a :: rest => some ((a * b) :: rest)
  | _, _ => none

def run (env : Nat → Nat) : List instruction → List Nat → Option (List Nat)
  | [], stack => some stack
  | i :: rest, stack =>
      (match step env i stack with
        | some after => run env rest after
        | none => none)

def compile : expr → List instruction
  | expr.const n => [instruction.push n]
  | expr.var v => [instruction.load v]
  | expr.plus a b => compile a ++ (compile b ++ [instruction.add])
  | expr.times a b => compile a ++ (compile b ++ [instruction.multiply])
