import type { Bit, Cell, Module } from '../../domains/hardware/formal/netlist.ts'
import { isReset } from '../../domains/hardware/mutants/clocks.ts'
import { Fallen } from '../source.ts'
import type { Plan, Reset } from './plan.ts'

/** Widest port, and all inputs or outputs together, in bits. */
const maxPortBits = 1024
const maxBits = 4096
const maxRegisters = 20_000

type Timing = Pick<Plan, 'inputs' | 'outputs' | 'registers' | 'clock' | 'resets'> & {
  /** Whether registers have initial values. */
  readonly initialised: boolean
}

/** Ports, clock and resets of an elaborated module, by how they are used. Throws `Fallen`. */
export function timingOf(netlist: Module, optimised: Module): Timing {
  const ports = Object.entries(netlist.ports).map(([name, { direction, bits }]) => ({
    name,
    direction,
    width: bits.length,
  }))
  const ofDirection = (wanted: string) =>
    ports.filter(({ direction }) => direction === wanted).map(({ name, width }) => ({ name, width }))
  const [inputs, outputs] = [ofDirection('input'), ofDirection('output')]
  if (ports.some(({ direction }) => direction === 'inout'))
    throw new Fallen('inout-port', 'it has a port of both directions')
  const bits = (of: readonly { width: number }[]) => of.reduce((sum, { width }) => sum + width, 0)
  if (ports.some(({ width }) => width > maxPortBits) || bits(inputs) > maxBits || bits(outputs) > maxBits)
    throw new Fallen(
      'too-large',
      `it has a port of more than ${maxPortBits} bits, or more than ${maxBits} together`,
    )
  const cells = Object.values(netlist.cells)
  if (cells.some(({ type }) => /^\$(?:a?dlatch|sr$)|^\$tribuf/.test(type)))
    throw new Fallen('latch', 'it has latches or three-state drivers')
  const registers = cells.filter(({ type }) => isRegister(type))
  const total = bitsOfAll(registers)
  if (total > maxRegisters) throw new Fallen('too-large', `it has ${total} bits of registers`)
  if (cells.some(({ type }) => /^\$mem/.test(type))) throw new Fallen('too-large', 'it has a memory')
  const clock = clockOf(netlist, registers)
  return {
    inputs,
    outputs,
    registers: total,
    ...(clock && { clock }),
    resets: clock === undefined ? [] : resetsOf(netlist, optimised, clock.name, total),
    initialised: Object.values(netlist.netnames).some(({ attributes }) => /[01]/.test(attributes.init ?? '')),
  }
}

function isRegister(type: string): boolean {
  return /^\$(?:a|al|s)?dff/.test(type)
}

function bitsOfAll(cells: readonly Cell[]): number {
  return cells.reduce((sum, { connections }) => sum + (connections.Q?.length ?? 0), 0)
}

interface InputBit {
  readonly name: string
  readonly width: number
}

function inputBits({ ports }: Module): Map<Bit, InputBit> {
  return new Map(
    Object.entries(ports).flatMap(([name, { direction, bits }]) =>
      direction === 'input' ? bits.map((bit) => [bit, { name, width: bits.length }] as const) : [],
    ),
  )
}

/** The one input that registers follow. Registers that follow other registers, as in a ripple counter, are let be. */
function clockOf(netlist: Module, registers: readonly Cell[]): Plan['clock'] {
  if (registers.length === 0) return undefined
  const inputs = inputBits(netlist)
  const stored = new Set(registers.flatMap(({ connections }) => connections.Q ?? []))
  const edges = new Map<string, Set<boolean>>()
  for (const { parameters, connections } of registers) {
    const bit = connections.CLK?.[0]
    const rising = Number.parseInt(parameters.CLK_POLARITY ?? '1', 2) === 1
    const input = bit === undefined ? undefined : inputs.get(bit)
    if (input !== undefined) {
      if (input.width !== 1)
        throw new Fallen('clock-in-vector', `${input.name} has several bits, and one is a clock`)
      edges.set(input.name, (edges.get(input.name) ?? new Set()).add(rising))
    } else if (bit === undefined || !stored.has(bit))
      throw new Fallen('gated-clock', 'a register follows a signal that is neither an input nor a register')
  }
  const names = [...edges.keys()]
  if (names.length > 1)
    throw new Fallen('several-clocks', `its registers follow ${names.slice(0, 5).join(' and ')}`)
  const [name] = names
  if (name === undefined) throw new Fallen('gated-clock', 'no register follows an input')
  const both = edges.get(name)!
  return { name, rising: both.has(true), bothEdges: both.size > 1 }
}

/** A reset resets so much of the registers, or has the name of one. */
const leastShare = 0.5

function resetsOf(netlist: Module, optimised: Module, clock: string, total: number): Reset[] {
  const found = new Map<string, { asynchronous: boolean; active: 0 | 1; resets: number }>()
  const count = (module: Module, pin: 'ARST' | 'SRST') => {
    const inputs = inputBits(module)
    const inverted = inverters(module)
    for (const { type, parameters, connections } of Object.values(module.cells)) {
      const bit = connections[pin]?.[0]
      if (bit === undefined || !isRegister(type)) continue
      const direct = inputs.get(bit)
      const behind = direct ?? inputs.get(inverted.get(bit) ?? 'x')
      if (behind === undefined || behind.width !== 1 || behind.name === clock) continue
      const high = (Number.parseInt(parameters[`${pin}_POLARITY`] ?? '1', 2) === 1) === (direct !== undefined)
      const before = found.get(behind.name)
      const bits = connections.Q?.length ?? 0
      if (before === undefined)
        found.set(behind.name, { asynchronous: pin === 'ARST', active: high ? 1 : 0, resets: bits })
      else if (before.active === (high ? 1 : 0)) before.resets += bits
    }
  }
  // The first may set what the second may not: synchronous registers beside asynchronous ones.
  count(netlist, 'ARST')
  count(optimised, 'SRST')
  return [...found]
    .map(
      ([name, reset]): Reset => ({ name, ...reset, resets: Math.min(reset.resets, total), registers: total }),
    )
    .filter(({ name, asynchronous, resets }) => asynchronous || isReset(name) || resets >= leastShare * total)
    .sort((a, b) => Number(b.asynchronous) - Number(a.asynchronous) || b.resets - a.resets)
    .slice(0, 3)
}

/** Bits that are another inverted. */
function inverters({ cells }: Module): Map<Bit, Bit> {
  return new Map(
    Object.values(cells).flatMap(({ type, connections }) => {
      const [a, y] = [connections.A, connections.Y]
      const isInverter = (type === '$not' || type === '$logic_not') && a?.length === 1
      return isInverter && y?.[0] !== undefined ? [[y[0], a[0]!] as const] : []
    }),
  )
}
