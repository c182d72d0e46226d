/-- Binary trees with a number at every fork. -/
inductive tree : Type where
  | leaf : tree
  | fork : tree → Nat → tree → tree

/-- The numbers of a tree from left to right. -/
def flatten : tree → List Nat
  | tree.leaf => []
  | tree.fork l x r => flatten l ++ x :: flatten r

def mirror : tree → tree
  | tree.leaf => tree.leaf
  | tree.fork l x r => tree.fork (mirror r) x (mirror l)
