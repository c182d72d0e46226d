/** A literal of an and-inverter graph: twice a variable, plus one where it is inverted. 0 is false, 1 is true. */
export type Literal = number

export interface Latch {
  readonly literal: Literal
  /** Set once what it follows is known. All latches start at 0. */
  next: Literal
}

/** An and-inverter graph under construction, with equal gates made once. */
export class Graph {
  readonly #inputs: Literal[] = []
  readonly #latches: Latch[] = []
  readonly #gates: [Literal, Literal, Literal][] = []
  readonly #known = new Map<string, Literal>()
  #variables = 0

  input(): Literal {
    const literal = this.#fresh()
    this.#inputs.push(literal)
    return literal
  }

  latch(): Latch {
    const latch = { literal: this.#fresh(), next: 0 }
    this.#latches.push(latch)
    return latch
  }

  and(one: Literal, other: Literal): Literal {
    const [low, high] = one < other ? [one, other] : [other, one]
    if (low === 0 || low === (high ^ 1)) return 0
    if (low === 1 || low === high) return high
    const key = `${low} ${high}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const literal = this.#fresh()
    this.#gates.push([literal, low, high])
    this.#known.set(key, literal)
    return literal
  }

  or(one: Literal, other: Literal): Literal {
    return this.and(one ^ 1, other ^ 1) ^ 1
  }

  /**
   * The graph in AIGER's binary form (Biere, "The AIGER And-Inverter Graph Format", 2007), with one output. Inputs
   * come first, then latches, then gates, each after what it is made of.
   */
  write(output: Literal): Uint8Array {
    const numbers = new Map<number, number>()
    const order = [
      ...this.#inputs,
      ...this.#latches.map(({ literal }) => literal),
      ...this.#gates.map(([gate]) => gate),
    ]
    for (const [index, literal] of order.entries()) numbers.set(literal >> 1, index + 1)
    const named = (literal: Literal) =>
      literal < 2 ? literal : 2 * numbers.get(literal >> 1)! + (literal & 1)
    const counts = [this.#variables, this.#inputs.length, this.#latches.length, 1, this.#gates.length]
    const head = [
      `aig ${counts.join(' ')}`,
      ...this.#latches.map(({ next }) => String(named(next))),
      String(named(output)),
      '',
    ].join('\n')
    const gates = this.#gates.flatMap((gate) => {
      const [self, one, other] = gate.map(named) as [number, number, number]
      const [high, low] = one > other ? [one, other] : [other, one]
      return [...delta(self - high), ...delta(high - low)]
    })
    return Uint8Array.from([...new TextEncoder().encode(head), ...gates])
  }

  #fresh(): Literal {
    this.#variables++
    return 2 * this.#variables
  }
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function delta(value: number): number[] {
  const bytes: number[] = []
  let left = value
  while (left > 127) {
    bytes.push((left & 127) | 128)
    left >>>= 7
  }
  return [...bytes, left]
}
