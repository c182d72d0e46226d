/-- The elements of a list, the last one first. -/
def reverse {A : Type} : List A → List A
  | [] => []
  | x :: rest => reverse rest ++ [x]

/-- Moves the elements of the first list one by one to the front of the second. -/
def move {A : Type} : List A → List A → List A
  | [], acc => acc
  | x :: rest, acc => move rest (x :: acc)

def fast_reverse {A : Type} (l : List A) : List A := move l []
