inductive expr : Type where
  | const : Nat → expr
  | plus : expr → expr → expr
  | divide : expr → expr → expr

/-- The rules; only a divisor that is not zero has one. -/
inductive evaluates : expr → Nat → Prop where
  | const : ∀ (n : Nat), evaluates (expr.const n) n
  | plus : ∀ (a b : expr) (m n : Nat),
      evaluates a m → evaluates b n → evaluates (expr.plus a b) (m + n)
  | divide : ∀ (a b : expr) (m n : Nat),
      evaluates a m → evaluates b n → n ≠ 0 → evaluates (expr.divide a b) (m / n)

def eval : expr → Option Nat
  | expr.const n => some n
  | expr.plus a b =>
      (match eval a, eval b with
        | some m, some n => some (m + n)
        | _, _ => none)
  | expr.divide a b =>
      (match eval a, eval b with
        | some m, some n => if n = 0 then none else some (m / n)
        | _, _ => none)
