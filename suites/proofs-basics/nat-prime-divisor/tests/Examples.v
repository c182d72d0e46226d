Require Import Context.

From Coq Require Import Lia.
Example three_divides_twelve : divides 3 12.
Proof. exists 4. reflexivity. Qed.
Example five_does_not_divide_twelve : ~ divides 5 12.
Proof. intros [k product]. lia. Qed.
Example seven_is_prime : prime 7.
Proof.
  split; [lia |].
  intros d [k product].
  destruct k as [| k]; [lia |].
  assert (d <= 7) by nia.
  assert (d = 0 \/ d = 1 \/ d = 2 \/ d = 3 \/ d = 4 \/ d = 5 \/ d = 6 \/ d = 7) by lia.
  intuition (subst; lia).
Qed.
Example eight_is_not_prime : ~ prime 8.
Proof.
  intros [_ only].
  destruct (only 2); [exists 4; reflexivity | lia | lia].
Qed.
Example one_is_not_prime : ~ prime 1.
Proof. intros [large _]. lia. Qed.
