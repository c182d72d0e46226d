Require Import Context.

From Coq Require Import Lia.
Definition numbers : monoid.
Proof. refine {| carrier := nat; op := plus; neutral := 0 |}; intros; lia. Defined.
Example two_and_two : op numbers 2 2 = 4.
Proof. reflexivity. Qed.
