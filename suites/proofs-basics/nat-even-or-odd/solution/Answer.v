From Coq Require Import Lia.

Theorem even_or_odd : forall n : nat, exists k, n = 2 * k \/ n = 2 * k + 1.
Proof.
  induction n as [| n [k [even | odd]]].
  - exists 0. left. reflexivity.
  - exists k. right. lia.
  - exists (k + 1). left. lia.
Qed.
