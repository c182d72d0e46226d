/-- Natural numbers of our own: zero, and a successor of each. -/
inductive num : Type where
  | zero : num
  | succ : num → num

def add : num → num → num
  | num.zero, n => n
  | num.succ k, n => num.succ (add k n)

def mul : num → num → num
  | num.zero, _ => num.zero
  | num.succ k, n => add n (mul k n)
