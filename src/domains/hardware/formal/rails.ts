import { Graph, type Latch, type Literal } from './aiger.ts'
import { type Bit, type Cell, initialValues, type Module } from './netlist.ts'

/** A value of three: `one` where it is certainly 1, `zero` where it is certainly 0, X where neither is. */
interface Rails {
  readonly one: Literal
  readonly zero: Literal
}

const unknown: Rails = { one: 0, zero: 0 }
const constants: Readonly<Record<string, Rails>> = {
  '0': { one: 0, zero: 1 },
  '1': { one: 1, zero: 0 },
  x: unknown,
  z: unknown,
}

/** Why a netlist cannot be encoded; a result and no failure. */
export class Unencodable extends Error {}

export interface Encoded {
  /** Its one output is 1 where a known bit of `gold_…` is not the same in `gate_…`, or where there is a known bit. */
  readonly aiger: Uint8Array
  /** The input bits in the graph's order: name of the port and index of the bit. */
  readonly inputs: readonly { readonly name: string; readonly bit: number }[]
}

/**
 * Encodes a netlist of yosys's gates as an and-inverter graph over pairs of signals (Kleene's three values on two
 * rails; Bryant, "Boolean analysis of MOS circuits", 1987), so that a two-valued prover decides about X too.
 * Registers without an initial value start as X, inputs are never X. Throws `Unencodable` for combinational loops,
 * wires with several drivers and cells that are no gates. The question is whether the two can differ, or whether
 * the reference is ever known at all.
 */
export function encode(module: Module, question: 'differ' | 'known' = 'differ'): Encoded {
  const graph = new Graph()
  const values = new Map<Bit, Rails>()
  const inputs: { name: string; bit: number }[] = []
  for (const [name, { direction, bits }] of Object.entries(module.ports)) {
    if (direction !== 'input') continue
    bits.forEach((bit, index) => {
      const one = graph.input()
      values.set(bit, { one, zero: one ^ 1 })
      inputs.push({ name, bit: index })
    })
  }
  const drivers = driversOf(module)
  const registers = latches(module, graph, values)
  const evaluate = (bit: Bit) => evaluated(bit, drivers, values, graph)
  const outputs = Object.entries(module.ports).filter(([name]) => name.startsWith('gold_'))
  let asked: Literal = 0
  for (const [name, { bits }] of outputs) {
    const other = module.ports[name.replace('gold_', 'gate_')]!.bits
    bits.forEach((bit, index) => {
      const [gold, gate] = [evaluate(bit), evaluate(other[index]!)]
      const [one, zero] = question === 'known' ? [0, 0] : [gate.one, gate.zero]
      asked = graph.or(asked, graph.and(gold.one, one ^ 1))
      asked = graph.or(asked, graph.and(gold.zero, zero ^ 1))
    })
  }
  const compared = module.ports.compared?.bits[0]
  if (compared !== undefined) asked = graph.and(asked, evaluate(compared).one)
  for (const { cell, one, zero } of registers) {
    const next = evaluate(cell.connections.D![0]!)
    one.latch.next = next.one ^ one.inverted
    zero.latch.next = next.zero ^ zero.inverted
  }
  return { aiger: graph.write(asked), inputs }
}

const isRegister = (type: string) => /^\$_(?:DFF_[PN]|FF)_$/.test(type)

interface Rail {
  readonly latch: Latch
  /** 1 where the latch holds the inverse, since latches start at 0. */
  readonly inverted: 0 | 1
}

function latches(module: Module, graph: Graph, values: Map<Bit, Rails>) {
  const initial = initialValues(module)
  return Object.values(module.cells)
    .filter(({ type }) => isRegister(type))
    .map((cell) => {
      const bit = cell.connections.Q![0]!
      const start = initial.get(bit)
      const one: Rail = { latch: graph.latch(), inverted: start === '1' ? 1 : 0 }
      const zero: Rail = { latch: graph.latch(), inverted: start === '0' ? 1 : 0 }
      values.set(bit, { one: one.latch.literal ^ one.inverted, zero: zero.latch.literal ^ zero.inverted })
      return { cell, one, zero }
    })
}

/** The gate that drives each wire bit. */
function driversOf({ cells, ports }: Module): Map<Bit, Cell> {
  const drivers = new Map<Bit, Cell>()
  const taken = new Set<Bit>(
    Object.values(ports).flatMap(({ direction, bits }) => (direction === 'input' ? bits : [])),
  )
  for (const cell of Object.values(cells)) {
    const output = (cell.connections.Y ?? cell.connections.Q)?.[0]
    if (output === undefined || !(gates[cell.type] || isRegister(cell.type)))
      throw new Unencodable(`it has a cell of the type ${cell.type}`)
    if (taken.has(output)) throw new Unencodable('a wire has several drivers')
    taken.add(output)
    if (!isRegister(cell.type)) drivers.set(output, cell)
  }
  return drivers
}

/** The value of a bit; goes down without recursion, since netlists are deep. */
function evaluated(bit: Bit, drivers: Map<Bit, Cell>, values: Map<Bit, Rails>, graph: Graph): Rails {
  const railsOf = (at: Bit) => constants[at] ?? values.get(at)
  const open = new Set<Bit>()
  const stack: Bit[] = [bit]
  while (stack.length > 0) {
    const at = stack.at(-1)!
    const cell = drivers.get(at)
    if (railsOf(at) !== undefined) stack.pop()
    else if (cell === undefined) values.set(at, unknown)
    else {
      const pins = pinsOf(cell)
      const missing = pins.filter((pin) => railsOf(pin) === undefined)
      if (missing.length === 0) {
        values.set(
          at,
          gates[cell.type]!(
            graph,
            pins.map((pin) => railsOf(pin)!),
          ),
        )
        open.delete(at)
      } else {
        if (open.has(at)) throw new Unencodable('it has a combinational loop')
        open.add(at)
        stack.push(...missing)
      }
    }
  }
  return railsOf(bit)!
}

function pinsOf({ connections }: Cell): Bit[] {
  return ['A', 'B', 'C', 'S', 'D'].flatMap((name) => connections[name]?.[0] ?? [])
}

const not = ({ one, zero }: Rails): Rails => ({ one: zero, zero: one })
const and = (graph: Graph, a: Rails, b: Rails): Rails => ({
  one: graph.and(a.one, b.one),
  zero: graph.or(a.zero, b.zero),
})
const or = (graph: Graph, a: Rails, b: Rails): Rails => not(and(graph, not(a), not(b)))
const xor = (graph: Graph, a: Rails, b: Rails): Rails => ({
  one: graph.or(graph.and(a.one, b.zero), graph.and(a.zero, b.one)),
  zero: graph.or(graph.and(a.one, b.one), graph.and(a.zero, b.zero)),
})
/** Known too where the choice is not, and both are the same. */
const mux = (graph: Graph, a: Rails, b: Rails, select: Rails): Rails => {
  const rail = (of: 'one' | 'zero') =>
    graph.or(graph.or(graph.and(select.one, b[of]), graph.and(select.zero, a[of])), graph.and(a[of], b[of]))
  return { one: rail('one'), zero: rail('zero') }
}

/** Whether two bits are the same, X too: `===`, which is always known. */
const same = (graph: Graph, a: Rails, b: Rails): Rails => {
  const bothUnknown = graph.and(graph.or(a.one, a.zero) ^ 1, graph.or(b.one, b.zero) ^ 1)
  const one = graph.or(bothUnknown, graph.or(graph.and(a.one, b.one), graph.and(a.zero, b.zero)))
  return { one, zero: one ^ 1 }
}

/** yosys's gates (its manual, "Internal cell library"), inputs in the order A, B, C or S, and `===` of two bits. */
const gates: Readonly<Record<string, (graph: Graph, inputs: readonly Rails[]) => Rails>> = {
  // Not a gate of yosys's, which would make `==` of it: see exact.v.
  same_bit: (graph, [a, b]) => same(graph, a!, b!),
  $_BUF_: (_graph, [a]) => a!,
  $_NOT_: (_graph, [a]) => not(a!),
  $_AND_: (graph, [a, b]) => and(graph, a!, b!),
  $_NAND_: (graph, [a, b]) => not(and(graph, a!, b!)),
  $_OR_: (graph, [a, b]) => or(graph, a!, b!),
  $_NOR_: (graph, [a, b]) => not(or(graph, a!, b!)),
  $_XOR_: (graph, [a, b]) => xor(graph, a!, b!),
  $_XNOR_: (graph, [a, b]) => not(xor(graph, a!, b!)),
  $_ANDNOT_: (graph, [a, b]) => and(graph, a!, not(b!)),
  $_ORNOT_: (graph, [a, b]) => or(graph, a!, not(b!)),
  $_MUX_: (graph, [a, b, select]) => mux(graph, a!, b!, select!),
  $_NMUX_: (graph, [a, b, select]) => not(mux(graph, a!, b!, select!)),
}
