Require Import Context.
From Coq Require Import Arith Lia.

(** An outer induction on the first component, an inner one on the second. *)
Lemma accessible : forall a b, Acc pair_less (a, b).
Proof.
  induction a as [a outer] using (well_founded_induction lt_wf).
  induction b as [b inner] using (well_founded_induction lt_wf).
  constructor.
  intros [c d] [first | [same second]]; simpl in *.
  - apply outer. exact first.
  - subst c. apply inner. exact second.
Qed.

Theorem lexicographic_well_founded : well_founded pair_less.
Proof.
  intros [a b].
  apply accessible.
Qed.
