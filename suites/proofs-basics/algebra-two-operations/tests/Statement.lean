-- statement
theorem two_operations_are_one : ∀ (A : Type) (f g : A → A → A) (e u : A),
    (∀ x, f e x = x ∧ f x e = x) →
    (∀ x, g u x = x ∧ g x u = x) →
    (∀ a b c d, g (f a b) (f c d) = f (g a c) (g b d)) →
    ∀ x y, f x y = g x y ∧ f x y = f y x
