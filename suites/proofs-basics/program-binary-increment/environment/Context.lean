/-- What a list of binary digits stands for, the least significant first. -/
def value : List Bool → Nat
  | [] => 0
  | true :: rest => 2 * value rest + 1
  | false :: rest => 2 * value rest

def increment : List Bool → List Bool
  | [] => [true]
  | false :: rest => true :: rest
  | true :: rest => false :: increment rest
