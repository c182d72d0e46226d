import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Bit, Cell, Module } from './netlist.ts'
import { encode, Unencodable } from './rails.ts'

type Three = 0 | 1 | 'x'

const not = (a: Three): Three => (a === 'x' ? 'x' : a === 1 ? 0 : 1)
const and = (a: Three, b: Three): Three => (a === 0 || b === 0 ? 0 : a === 1 && b === 1 ? 1 : 'x')
const or = (a: Three, b: Three): Three => not(and(not(a), not(b)))
const xor = (a: Three, b: Three): Three => (a === 'x' || b === 'x' ? 'x' : a === b ? 0 : 1)
const mux = (a: Three, b: Three, s: Three): Three => (s === 'x' ? (a === b ? a : 'x') : s === 1 ? b : a)

/** What each gate does by its truth table; written apart from the encoding. */
const tables: Readonly<Record<string, (a: Three, b: Three, s: Three) => Three>> = {
  $_BUF_: (a) => a,
  $_NOT_: not,
  $_AND_: and,
  $_NAND_: (a, b) => not(and(a, b)),
  $_OR_: or,
  $_NOR_: (a, b) => not(or(a, b)),
  $_XOR_: xor,
  $_XNOR_: (a, b) => not(xor(a, b)),
  $_ANDNOT_: (a, b) => and(a, not(b)),
  $_ORNOT_: (a, b) => or(a, not(b)),
  $_MUX_: mux,
  $_NMUX_: (a, b, s) => not(mux(a, b, s)),
}
const types = Object.keys(tables)
const pinsOf = (type: string) =>
  /MUX/.test(type) ? ['A', 'B', 'S'] : /BUF|_NOT_/.test(type) ? ['A'] : ['A', 'B']

const inputCount = 3
const registerCount = 2
const firstGate = 2 + inputCount + registerCount

/** A plan for a netlist: each pin names an earlier bit by a number that is taken modulo what there is. */
const plan = fc.record({
  gates: fc.array(
    fc.record({ type: fc.constantFrom(...types), pins: fc.tuple(fc.nat(), fc.nat(), fc.nat()) }),
    {
      minLength: 2,
      maxLength: 30,
    },
  ),
  initial: fc.array(fc.constantFrom('0', '1', 'x'), { minLength: registerCount, maxLength: registerCount }),
  next: fc.array(fc.nat(), { minLength: registerCount, maxLength: registerCount }),
  outputs: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
  constants: fc.tuple(fc.constantFrom('x', 'z', '0', '1'), fc.constantFrom('x', 'z', '0', '1')),
  stimulus: fc.array(
    fc.array(fc.constantFrom(0 as const, 1 as const), { minLength: inputCount, maxLength: inputCount }),
    {
      minLength: 1,
      maxLength: 6,
    },
  ),
})
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

function moduleOf({ gates, initial, next, outputs, constants }: Plan): Module {
  const bits: Bit[] = [...(constants as Bit[])]
  for (let bit = 2; bit < firstGate; bit++) bits.push(bit)
  const pick = (index: number) => bits[index % bits.length]!
  const cells: Record<string, Cell> = {}
  gates.forEach(({ type, pins }, index) => {
    const connections: Record<string, Bit[]> = { Y: [firstGate + index] }
    pinsOf(type).forEach((pin, at) => {
      connections[pin] = [pick(pins[at]!)]
    })
    cells[`gate${index}`] = { type, parameters: {}, connections }
    bits.push(firstGate + index)
  })
  const netnames: Record<string, Module['netnames'][string]> = {}
  for (let index = 0; index < registerCount; index++) {
    const bit = 2 + inputCount + index
    cells[`register${index}`] = {
      type: index === 0 ? '$_DFF_P_' : '$_FF_',
      parameters: {},
      connections: { D: [pick(next[index]!)], Q: [bit], C: [2] },
    }
    netnames[`r${index}`] = {
      bits: [bit],
      attributes: initial[index] === 'x' ? {} : { init: initial[index]! },
    }
  }
  const inputs = Object.fromEntries(
    Array.from({ length: inputCount }, (_, index) => [
      `i${index}`,
      { direction: 'input', bits: [2 + index] },
    ]),
  )
  const [one, two, three, four] = outputs.map(pick) as [Bit, Bit, Bit, Bit]
  return {
    ports: {
      ...inputs,
      gold_o: { direction: 'output', bits: [one, two] },
      gate_o: { direction: 'output', bits: [three, four] },
    },
    cells,
    netnames,
  }
}

/** In which steps a known bit of `gold_o` is not the same in `gate_o`, by plain simulation with three values. */
function badSteps(module: Module, { initial, stimulus }: Plan): number[] {
  const state = initial.map((value): Three => (value === 'x' ? 'x' : value === '1' ? 1 : 0))
  return stimulus.map((given) => {
    const values = new Map<Bit, Three>([
      ['0', 0],
      ['1', 1],
      ['x', 'x'],
      ['z', 'x'],
    ])
    given.forEach((value, index) => void values.set(2 + index, value))
    state.forEach((value, index) => void values.set(2 + inputCount + index, value))
    const cells = Object.values(module.cells)
    for (const { type, connections } of cells) {
      const [a, b, s] = ['A', 'B', 'S'].map((pin) => values.get(connections[pin]?.[0] ?? 'x')!)
      if (tables[type]) values.set(connections.Y![0]!, tables[type](a!, b!, s!))
    }
    cells
      .filter(({ connections }) => connections.Q)
      .forEach(({ connections }, index) => {
        state[index] = values.get(connections.D![0]!)!
      })
    const [gold, gate] = [module.ports.gold_o!.bits, module.ports.gate_o!.bits]
    return gold.some((bit, index) => values.get(bit) !== 'x' && values.get(bit) !== values.get(gate[index]!))
      ? 1
      : 0
  })
}

/** Reads binary AIGER and runs it; the format's own words are in Biere's report of 2007. */
function run(aiger: Uint8Array, stimulus: readonly (readonly number[])[]): number[] {
  let at = 0
  const line = () => {
    const start = at
    while (aiger[at] !== 10) at++
    return new TextDecoder().decode(aiger.slice(start, at++))
  }
  const [, most, inputs, latches, outputs, gates] = line().split(' ').map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  expect(most).toBe(inputs + latches + gates)
  expect(outputs).toBe(1)
  const next = Array.from({ length: latches }, () => Number(line()))
  const output = Number(line())
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = aiger[at++]!
      value |= (byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const triples = Array.from({ length: gates }, (_, index) => {
    const self = 2 * (inputs + latches + index + 1)
    const high = self - number()
    const low = high - number()
    expect(high).toBeLessThan(self)
    expect(low).toBeGreaterThanOrEqual(0)
    return [self, high, low] as const
  })
  expect(at).toBe(aiger.length)
  let state: number[] = next.map(() => 0)
  return stimulus.map((given) => {
    const values = [0, ...given, ...state]
    const of = (literal: number) => values[literal >> 1]! ^ (literal & 1)
    for (const [self, high, low] of triples) values[self >> 1] = of(high) & of(low)
    state = next.map(of)
    return of(output)
  })
}

it('a graph on two rails does what a simulation with three values does', () => {
  fc.assert(
    fc.property(plan, (each) => {
      const module = moduleOf(each)
      const { aiger, inputs } = encode(module)
      expect(inputs).toEqual(
        Array.from({ length: inputCount }, (_, index) => ({ name: `i${index}`, bit: 0 })),
      )
      expect(run(aiger, each.stimulus)).toEqual(badSteps(module, each))
    }),
    { numRuns: 2000 },
  )
})

const netlist = (cells: Record<string, Cell>, bit: Bit = 3): Module => ({
  ports: {
    a: { direction: 'input', bits: [2] },
    gold_o: { direction: 'output', bits: [bit] },
    gate_o: { direction: 'output', bits: [2] },
  },
  cells,
  netnames: {},
})
const cell = (type: string, connections: Record<string, Bit>): Cell => ({
  type,
  parameters: {},
  connections: Object.fromEntries(Object.entries(connections).map(([pin, bit]) => [pin, [bit]])),
})

it.each([
  ['a combinational loop', { u: cell('$_AND_', { A: 2, B: 4, Y: 3 }), v: cell('$_NOT_', { A: 3, Y: 4 }) }],
  ['several drivers', { u: cell('$_NOT_', { A: 2, Y: 3 }), v: cell('$_BUF_', { A: 2, Y: 3 }) }],
  ['several drivers', { u: cell('$_NOT_', { A: 3, Y: 2 }) }],
  ['a cell of the type $_DLATCH_P_', { u: cell('$_DLATCH_P_', { D: 2, E: 2, Q: 3 }) }],
  ['a cell of the type $anyseq', { u: cell('$anyseq', { Y: 3 }) }],
  ['a cell of the type other', { u: cell('other', { A: 2 }) }],
])('%s cannot be encoded', (why, cells) => {
  expect(() => encode(netlist(cells))).toThrow(Unencodable)
  expect(() => encode(netlist(cells))).toThrow(why)
})

it('a chain of 100,000 gates is encoded without recursion', () => {
  const cells: Record<string, Cell> = {}
  const length = 100_000
  for (let at = 0; at < length; at++)
    cells[`n${at}`] = cell('$_NOT_', { A: at === 0 ? 2 : 2 + at, Y: 3 + at })
  const { aiger } = encode(netlist(cells, 2 + length))
  expect(run(aiger, [[0], [1]])).toEqual([0, 0])
})
