/-- Binary trees with a number at every fork. -/
inductive tree : Type where
  | leaf : tree
  | fork : tree → Nat → tree → tree

/-- The numbers of a tree from left to right. -/
def flatten : tree → List Nat
  | tree.leaf => []
  | tree.fork l x r => flatten l ++ x :: flatten r

/-- Puts a number in its place, unless it is there. -/
def insert_key (k : Nat) : tree → tree
  | tree.leaf => tree.fork tree.leaf k tree.leaf
  | tree.fork l x r =>
      if k < x then tree.fork (insert_key k l) x r
      else if x < k then tree.fork l x (insert_key k r)
      else tree.fork l x r

/-- The last number of the list is inserted first. -/
def tree_sort (l : List Nat) : List Nat :=
  flatten (List.foldr insert_key tree.leaf l)

/-- Every number is less than all that come after it. -/
def ascending : List Nat → Prop
  | [] => True
  | x :: rest => (∀ y, y ∈ rest → x < y) ∧ ascending rest
