Theorem two_operations_are_one : forall (A : Type) (f g : A -> A -> A) (e u : A),
  (forall x, f e x = x /\ f x e = x) ->
  (forall x, g u x = x /\ g x u = x) ->
  (forall a b c d, g (f a b) (f c d) = f (g a c) (g b d)) ->
  forall x y, f x y = g x y /\ f x y = f y x.
Proof.
Admitted.
