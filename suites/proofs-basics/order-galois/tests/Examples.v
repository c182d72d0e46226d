Require Import Context.

From Coq Require Import Arith Lia.
(** The natural numbers are one; not everything in it is comparable the other way. *)
Definition numbers : order.
Proof. refine {| carrier := nat; leq := le |}; intros; lia. Defined.
Example not_both_ways : leq numbers 1 2 /\ ~ leq numbers 2 1.
Proof. simpl. lia. Qed.
(** Doubling and halving are such maps. *)
Example doubling_and_halving : forall x y,
  leq numbers (2 * x) y <-> leq numbers x (Nat.div2 y).
Proof.
  intros x y. change (2 * x <= y <-> x <= Nat.div2 y).
  pose proof (Nat.div2_odd y). destruct (Nat.odd y); simpl Nat.b2n in *; lia.
Qed.
