From Coq Require Import Lia.
Example addition_interchanges : forall a b c d, (a + b) + (c + d) = (a + c) + (b + d).
Proof. intros. lia. Qed.
