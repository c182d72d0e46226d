Theorem two_operations_are_one : forall (A : Type) (f g : A -> A -> A) (e u : A),
  (forall x, f e x = x /\ f x e = x) ->
  (forall x, g u x = x /\ g x u = x) ->
  (forall a b c d, g (f a b) (f c d) = f (g a c) (g b d)) ->
  forall x y, f x y = g x y /\ f x y = f y x.
Proof.
  intros A f g e u neutral_f neutral_g interchange.
  assert (e_left : forall x, f e x = x) by apply neutral_f.
  assert (e_right : forall x, f x e = x) by apply neutral_f.
  assert (u_left : forall x, g u x = x) by apply neutral_g.
  assert (u_right : forall x, g x u = x) by apply neutral_g.
  (* First, the neutral elements are the same: u = g u u = g (f u e) (f e u) = f u u ... = e. *)
  assert (same : u = e).
  { pose proof (interchange u e e u) as square.
    rewrite e_right, e_left, u_left, u_left, u_right, e_left in square.
    exact square. }
  subst e.
  (* Then the operations are, in both orders of their arguments. *)
  assert (straight : forall x y, f x y = g x y).
  { intros x y.
    pose proof (interchange x u u y) as square.
    rewrite e_right, e_left, u_right, u_left in square.
    symmetry. exact square. }
  assert (crossed : forall x y, f x y = g y x).
  { intros x y.
    pose proof (interchange u y x u) as square.
    rewrite e_left, e_right, u_left, u_right in square.
    symmetry. exact square. }
  intros x y.
  split.
  - apply straight.
  - rewrite crossed. symmetry. apply straight.
Qed.
