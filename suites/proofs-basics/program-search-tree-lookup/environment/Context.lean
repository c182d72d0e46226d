/-- Binary trees with a number at every fork. -/
inductive tree : Type where
  | leaf : tree
  | fork : tree → Nat → tree → tree

/-- The numbers of a tree from left to right. -/
def flatten : tree → List Nat
  | tree.leaf => []
  | tree.fork l x r => flatten l ++ x :: flatten r

/-- Left of every fork are smaller numbers only, right of it larger ones. -/
def search_tree : tree → Prop
  | tree.leaf => True
  | tree.fork l x r =>
      search_tree l ∧ search_tree r ∧
      (∀ y, y ∈ flatten l → y < x) ∧ (∀ y, y ∈ flatten r → x < y)

def lookup (k : Nat) : tree → Bool
  | tree.leaf => false
  | tree.fork l x r =>
      if k < x then lookup k l
      else if x < k then lookup k r
      else true
