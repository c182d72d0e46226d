From Coq Require Import Lia.

Theorem postage : forall n : nat, 8 <= n -> exists a b, n = 3 * a + 5 * b.
Proof.
  intros n large.
  induction large as [| n large [a [b paid]]].
  - exists 1, 1. reflexivity.
  - (* One more: a five becomes two threes, or three threes become two fives. *)
    destruct b as [| b].
    + exists (a - 3), 2. lia.
    + exists (a + 2), b. lia.
Qed.
