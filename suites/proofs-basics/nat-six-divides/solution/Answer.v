From Coq Require Import Arith Lia.

(** Of two neighbours one is even. *)
Lemma neighbours : forall n, exists j, n * (n + 1) = 2 * j.
Proof.
  induction n as [| n [j product]].
  - exists 0. reflexivity.
  - exists (j + n + 1). nia.
Qed.

Theorem six_divides : forall n : nat, exists k, n * n * n + 5 * n = 6 * k.
Proof.
  induction n as [| n [k multiple]].
  - exists 0. reflexivity.
  - (* The step adds 3 n (n + 1) + 6. *)
    destruct (neighbours n) as [j product].
    exists (k + j + 1).
    replace (S n * S n * S n + 5 * S n)
      with (n * n * n + 5 * n + 3 * (n * (n + 1)) + 6) by ring.
    rewrite multiple, product.
    ring.
Qed.
