Require Import Context.

From Coq Require Import Arith Lia.
(** The natural numbers are one; not everything in it is comparable the other way. *)
Definition numbers : order.
Proof. refine {| carrier := nat; leq := le |}; intros; lia. Defined.
Example not_both_ways : leq numbers 1 2 /\ ~ leq numbers 2 1.
Proof. simpl. lia. Qed.
Example three_times : iterate (fun n => 2 * n) 3 1 = 8.
Proof. reflexivity. Qed.
