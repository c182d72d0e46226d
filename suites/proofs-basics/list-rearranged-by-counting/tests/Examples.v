From Coq Require Import List.
Import ListNotations.
Require Import Context.

From Coq Require Import Lia.
Example three_numbers : rearranged [1; 2; 3] [3; 1; 2].
Proof.
  apply rearranged_trans with [1; 3; 2].
  - apply rearranged_cons. apply rearranged_swap.
  - apply rearranged_swap.
Qed.
Example not_any_two : ~ rearranged [1] [2].
Proof.
  intros same.
  assert (sums : forall l m, rearranged l m -> list_sum l = list_sum m).
  { induction 1; unfold list_sum in *; simpl in *; lia. }
  apply sums in same. discriminate.
Qed.
Example twice_in : occurrences 2 [1; 2; 2; 5] = 2 /\ occurrences 3 [1; 2; 2; 5] = 0.
Proof. split; reflexivity. Qed.
