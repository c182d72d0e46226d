Require Import Context.

From Coq Require Import Bool Classical.
(** False and true are one: excluded middle says whether true is in the set. *)
Definition truth_values : complete_order.
Proof.
  refine {| carrier := bool; leq := fun x y => implb x y = true |}.
  - intros []; reflexivity.
  - intros [] [] []; simpl; congruence.
  - intros [] []; simpl; congruence.
  - intros S. destruct (classic (S true)) as [inside | outside].
    + exists true. split.
      * intros []; reflexivity.
      * intros c upper. exact (upper true inside).
    + exists false. split.
      * intros [] member; [contradiction | reflexivity].
      * intros []; reflexivity.
Defined.
Example not_both_ways : ~ leq truth_values true false.
Proof. discriminate. Qed.
