/-- The elements of a list, the last one first. -/
def reverse {A : Type} : List A → List A
  | [] => []
  | x :: rest => reverse rest ++ [x]
