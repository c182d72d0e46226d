/-- A number before what is encoded: the first run grows, or a new one begins. -/
def put (x : Nat) : List (Nat × Nat) → List (Nat × Nat)
  | [] => [(1, x)]
  | (n, y) :: rest => if x = y then (n + 1, y) :: rest else (1, x) :: (n, y) :: rest

def encode : List Nat → List (Nat × Nat)
  | [] => []
  | x :: rest => put x (encode rest)

def copies : Nat → Nat → List Nat
  | 0, _ => []
  | k + 1, x => x :: copies k x

def decode : List (Nat × Nat) → List Nat
  | [] => []
  | (n, x) :: rest => copies n x ++ decode rest
