From Coq Require Import Arith.

Inductive expr : Type :=
  | const : nat -> expr
  | plus : expr -> expr -> expr
  | divide : expr -> expr -> expr.

(** The rules; only a divisor that is not zero has one. *)
Inductive evaluates : expr -> nat -> Prop :=
  | evaluates_const : forall n, evaluates (const n) n
  | evaluates_plus : forall a b m n,
      evaluates a m -> evaluates b n -> evaluates (plus a b) (m + n)
  | evaluates_divide : forall a b m n,
      evaluates a m -> evaluates b n -> n <> 0 -> evaluates (divide a b) (m / n).

Fixpoint eval (e : expr) : option nat :=
  match e with
  | const n => Some n
  | plus a b =>
      match eval a, eval b with
      | Some m, Some n => Some (m + n)
      | _, _ => None
      end
  | divide a b =>
      match eval a, eval b with
      | Some m, Some n => if Nat.eqb n 0 then None else Some (m / n)
      | _, _ => None
      end
  end.
