Require Import Context.

Example six : value (cons false (cons true (cons true nil))) = 6.
Proof. reflexivity. Qed.
Example three_to_four : increment (cons true (cons true nil)) = cons false (cons false (cons true nil)).
Proof. reflexivity. Qed.
