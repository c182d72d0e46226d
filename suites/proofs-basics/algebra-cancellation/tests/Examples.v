Require Import Context.

From Coq Require Import ZArith Lia.
Definition integers : group.
Proof. refine {| carrier := Z; op := Z.add; neutral := 0%Z; inverse := Z.opp |}; intros; lia. Defined.
Example three_minus_five : op integers 3%Z (inverse integers 5%Z) = (-2)%Z.
Proof. reflexivity. Qed.

(** The two truth values, with "exactly one of them": every square is neutral. *)
Definition parity : group.
Proof.
  refine {| carrier := bool; op := xorb; neutral := false; inverse := fun b => b |};
    repeat intros []; reflexivity.
Defined.
