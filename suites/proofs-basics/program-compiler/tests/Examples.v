From Coq Require Import List.
Import ListNotations.
Require Import Context.

Example two_x_and_one : eval (fun _ => 5) (plus (times (const 2) (var 0)) (const 1)) = 11.
Proof. reflexivity. Qed.
Example programs_get_stuck : run (fun _ => 0) [push 1; add] [] = None.
Proof. reflexivity. Qed.
Example one_and_two : compile (plus (const 1) (var 0)) = [push 1; load 0; add].
Proof. reflexivity. Qed.
