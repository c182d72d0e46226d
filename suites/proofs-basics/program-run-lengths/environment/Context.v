(** A number before what is encoded: the first run grows, or a new one begins. *)
Definition put (x : nat) (runs : list (nat * nat)) : list (nat * nat) :=
  match runs with
  | nil => cons (1, x) nil
  | cons (n, y) rest => if Nat.eqb x y then cons (S n, y) rest else cons (1, x) runs
  end.

Fixpoint encode (l : list nat) : list (nat * nat) :=
  match l with
  | nil => nil
  | cons x rest => put x (encode rest)
  end.

Fixpoint copies (n x : nat) : list nat :=
  match n with
  | 0 => nil
  | S k => cons x (copies k x)
  end.

Fixpoint decode (runs : list (nat * nat)) : list nat :=
  match runs with
  | nil => nil
  | cons (n, x) rest => app (copies n x) (decode rest)
  end.
