Require Import Context.

From Coq Require Import Arith Lia.
(** The natural numbers with the smaller and the larger of two. *)
Definition numbers : lattice.
Proof. refine {| carrier := nat; leq := le; meet := Nat.min; join := Nat.max |}; intros; lia. Defined.
Example smaller_and_larger : meet numbers 2 3 = 2 /\ join numbers 2 3 = 3.
Proof. split; reflexivity. Qed.
