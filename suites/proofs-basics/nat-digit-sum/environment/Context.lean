/-- What a list of digits stands for, the least significant first. -/
def value : List Nat → Nat
  | [] => 0
  | d :: rest => d + 10 * value rest

def digit_sum : List Nat → Nat
  | [] => 0
  | d :: rest => d + digit_sum rest
