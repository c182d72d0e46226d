Require Import Context.

From Coq Require Import ZArith Lia.
Definition integers : left_group.
Proof. refine {| carrier := Z; op := Z.add; neutral := 0%Z; inverse := Z.opp |}; intros; lia. Defined.
Example three_minus_five : op integers 3%Z (inverse integers 5%Z) = (-2)%Z.
Proof. reflexivity. Qed.
