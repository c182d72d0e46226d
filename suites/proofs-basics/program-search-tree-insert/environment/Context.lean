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

/-- Puts a number in its place, unless it is there. -/
def insert_key (k : Nat) : tree → tree
  | tree.leaf => tree.fork tree.leaf k tree.leaf
  | tree.fork l x r =>
      if k < x then tree.fork (insert_key k l) x r
      else if x < k then tree.fork l x (insert_key k r)
      else tree.fork l x r
