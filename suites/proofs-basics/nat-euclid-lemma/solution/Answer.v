Require Import Context.
From Coq Require Import Arith.

(** The library's divisibility has the factors the other way round. *)
Lemma divides_iff_library : forall d n, divides d n <-> Nat.divide d n.
Proof.
  intros d n.
  split; intros [k product]; exists k; rewrite product; apply Nat.mul_comm.
Qed.

Theorem prime_divides_a_factor : forall p a b : nat,
  prime p -> divides p (a * b) -> divides p a \/ divides p b.
Proof.
  intros p a b [_ only] divides_product.
  (* The greatest common divisor of p and a divides p: it is 1 or p. *)
  destruct (only (Nat.gcd p a)) as [coprime | whole].
  - apply divides_iff_library. apply Nat.gcd_divide_l.
  - right.
    apply divides_iff_library.
    apply Nat.gauss with (m := a).
    + apply divides_iff_library. exact divides_product.
    + exact coprime.
  - left.
    apply divides_iff_library.
    rewrite <- whole.
    apply Nat.gcd_divide_r.
Qed.
