From Coq Require Import Arith.
Require Import Context.

Example seven_halves : eval (divide (const 7) (const 2)) = Some 3.
Proof. reflexivity. Qed.
Example by_zero : eval (divide (const 7) (const 0)) = None.
Proof. reflexivity. Qed.
Example seven_halves_by_the_rules : evaluates (divide (const 7) (const 2)) 3.
Proof. apply (evaluates_divide _ _ 7 2); [constructor | constructor | discriminate]. Qed.
Example no_rule_by_zero : ~ exists n, evaluates (divide (const 7) (const 0)) n.
Proof.
  intros [n value].
  inversion value as [| | a b m k first second not_zero]; subst.
  inversion second; subst.
  contradiction.
Qed.
