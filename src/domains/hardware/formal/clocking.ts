import type { Bit, Module } from './netlist.ts'

/**
 * How time passes for a pair of designs. `none`: no memory. `one`: every register follows the same edge of one input
 * that is nothing but a clock, so a step is a cycle. `any`: several clocks, both edges, latches or asynchronous
 * resets; a step is any change of the inputs.
 */
export type Clocking =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly clock: string; readonly rising: boolean }
  | { readonly kind: 'any'; readonly clocks: readonly string[] }

const synchronous = new Set(['$dff', '$dffe', '$sdff', '$sdffe', '$sdffce'])

/** The clocking of the registers of all modules together. */
export function clockingOf(modules: readonly Module[]): Clocking {
  const edges = new Set<string>()
  const clocks = new Set<string>()
  let any = false
  for (const module of modules) {
    const inputs = inputsByBit(module)
    for (const { type, parameters, connections } of Object.values(module.cells)) {
      if (!isRegister(type)) continue
      const clock = connections.CLK?.[0]
      const name = clock === undefined ? undefined : inputs.get(clock)
      if (name !== undefined) clocks.add(name)
      if (!synchronous.has(type) || name === undefined || clock === undefined || isRead(module, clock))
        any = true
      else edges.add(`${Number.parseInt(parameters.CLK_POLARITY ?? '1', 2)} ${name}`)
    }
  }
  if (any || edges.size > 1) return { kind: 'any', clocks: [...clocks] }
  const [edge] = edges
  if (edge === undefined) return { kind: 'none' }
  return { kind: 'one', clock: edge.slice(2), rising: edge.startsWith('1') }
}

function isRegister(type: string): boolean {
  return /^\$(?:a|al|s)?dff|^\$a?dlatch|^\$sr$|^\$ff$|^\$mem/.test(type)
}

/** Inputs of one bit by that bit. */
function inputsByBit(module: Module): Map<Bit, string> {
  return new Map(
    Object.entries(module.ports).flatMap(([name, { direction, bits }]) =>
      direction === 'input' && bits.length === 1 ? [[bits[0]!, name] as const] : [],
    ),
  )
}

/** Whether a clock is also used as data, or is an output. */
function isRead({ ports, cells }: Module, clock: Bit): boolean {
  return (
    Object.values(ports).some(({ direction, bits }) => direction !== 'input' && bits.includes(clock)) ||
    Object.values(cells).some(({ type, connections }) =>
      Object.entries(connections).some(
        ([port, bits]) => bits.includes(clock) && !(port === 'CLK' && isRegister(type)),
      ),
    )
  )
}
