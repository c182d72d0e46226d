From Coq Require Import Arith Lia.

Theorem no_infinite_descent : ~ exists f : nat -> nat, forall n, f (n + 1) < f n.
Proof.
  intros [f descends].
  (* After n steps the sequence has fallen by n at least. *)
  assert (fallen : forall n, f n + n <= f 0).
  { induction n as [| n IH].
    - lia.
    - specialize (descends n).
      rewrite Nat.add_1_r in descends.
      lia. }
  specialize (fallen (f 0 + 1)).
  lia.
Qed.
