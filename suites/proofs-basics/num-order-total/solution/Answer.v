Require Import Context.

Theorem num_order_total : forall m n : num, at_most m n \/ at_most n m.
Proof.
  intros m.
  induction m as [| m IH]; intros n.
  - left. exists n. reflexivity.
  - destruct n as [| n].
    + right. exists (succ m). reflexivity.
    + destruct (IH n) as [[k sum] | [k sum]].
      * left. exists k. simpl. rewrite sum. reflexivity.
      * right. exists k. simpl. rewrite sum. reflexivity.
Qed.
