Require Import Context.

Theorem galois_there_and_back :
  forall (P Q : order) (f : carrier P -> carrier Q) (g : carrier Q -> carrier P),
  (forall x y, leq Q (f x) y <-> leq P x (g y)) -> forall x, f (g (f x)) = f x.
Proof.
  intros P Q f g adjoint x.
  apply (leq_antisym Q).
  - apply adjoint.
    apply (leq_refl P).
  - (* f is monotone, and x is below g (f x). *)
    apply adjoint.
    apply (leq_trans P) with (g (f x)).
    + apply adjoint. apply (leq_refl Q).
    + apply adjoint. apply (leq_refl Q).
Qed.
