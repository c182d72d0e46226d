/-- `sublist l m`: leaving out some elements of `m` gives `l`. -/
inductive sublist {A : Type} : List A → List A → Prop where
  | nil : sublist ([] : List A) []
  | keep : ∀ (x : A) (l m : List A), sublist l m → sublist (x :: l) (x :: m)
  | drop : ∀ (x : A) (l m : List A), sublist l m → sublist l (x :: m)
