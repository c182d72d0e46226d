From Coq Require Import Arith Lia.

Theorem least_number : forall P : nat -> Prop,
  (forall n, P n \/ ~ P n) -> (exists n, P n) -> exists n, P n /\ forall m, P m -> n <= m.
Proof.
  intros P decided [n holds].
  (* Among the numbers below any bound there is a least one with the property, or none has it. *)
  assert (search : forall bound,
    (exists n, P n /\ forall m, P m -> n <= m) \/ (forall m, m < bound -> ~ P m)).
  { induction bound as [| bound [found | none]].
    - right. lia.
    - left. exact found.
    - destruct (decided bound) as [yes | no].
      + left.
        exists bound.
        split; [exact yes |].
        intros m has.
        destruct (le_lt_dec bound m) as [above | smaller]; [exact above |].
        destruct (none m smaller has).
      + right.
        intros m smaller.
        destruct (Nat.eq_dec m bound) as [-> | other].
        * exact no.
        * apply none. lia. }
  destruct (search (S n)) as [found | none].
  - exact found.
  - destruct (none n); [lia | exact holds].
Qed.
