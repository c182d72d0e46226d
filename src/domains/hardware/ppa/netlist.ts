import { z } from 'zod'

const bits = z.array(z.union([z.number(), z.string()]))
const netlistSchema = z.object({
  modules: z.record(
    z.string(),
    z.object({
      ports: z.record(
        z.string(),
        z.object({
          direction: z.enum(['input', 'output', 'inout']),
          bits,
          offset: z.number().default(0),
          upto: z.number().default(0),
        }),
      ),
      cells: z.record(
        z.string(),
        z.object({
          type: z.string(),
          parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
          connections: z.record(z.string(), bits),
        }),
      ),
      netnames: z.record(z.string(), z.object({ bits })),
    }),
  ),
})

/** A flat circuit of library cells, from the JSON that yosys writes. */
export type Netlist = z.infer<typeof netlistSchema>['modules'][string]
type Bit = number | string

/** Throws where the text is not yosys' JSON or has not got the module. */
export function readNetlist(json: string, module: string): Netlist {
  const { modules } = netlistSchema.parse(JSON.parse(json))
  const found = Object.hasOwn(modules, module) ? modules[module] : undefined
  if (found === undefined) throw new Error(`the netlist has no module ${module}`)
  return found
}

/** How many cells of each type. */
export function cellCounts(netlist: Netlist): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { type } of Object.values(netlist.cells)) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}

export function sumOf(counts: ReadonlyMap<string, number>, matches: (type: string) => boolean): number {
  let sum = 0
  for (const [type, count] of counts) if (matches(type)) sum += count
  return sum
}

/** Where a clock comes into the circuit: a port's bit, or the output pin of a cell that makes it. */
export type ClockRoot =
  | { readonly kind: 'port'; readonly name: string }
  | { readonly kind: 'pin'; readonly cell: string; readonly pin: string }

/**
 * Where the clocks of the storage cells start, through buffers and inverters back to a port or to the cell that
 * makes the clock. `clockPin` names the clock pin of a cell's type, undefined for those that store nothing.
 */
export function clockRoots(netlist: Netlist, clockPin: (type: string) => string | undefined): ClockRoot[] {
  const drivers = driversOf(netlist)
  const ports = inputBits(netlist)
  const roots = new Map<string, ClockRoot>()
  for (const { type, connections } of Object.values(netlist.cells)) {
    const pin = clockPin(type)
    let bit = pin === undefined ? undefined : connections[pin]?.[0]
    for (const seen = new Set<Bit>(); bit !== undefined && typeof bit === 'number' && !seen.has(bit); ) {
      seen.add(bit)
      const port = ports.get(bit)
      if (port !== undefined) {
        roots.set(`port ${port}`, { kind: 'port', name: port })
        break
      }
      const driver = drivers.get(bit)
      if (driver === undefined) break
      const inputs = driver.inputs
      if (inputs.length !== 1) {
        roots.set(`pin ${driver.cell}/${driver.pin}`, { kind: 'pin', cell: driver.cell, pin: driver.pin })
        break
      }
      bit = inputs[0]
    }
  }
  return [...roots.keys()].sort().map((key) => roots.get(key)!)
}

const outputPins = ['Y', 'Q', 'O', 'YS', 'YC']

function driversOf(netlist: Netlist) {
  const drivers = new Map<Bit, { cell: string; pin: string; inputs: Bit[] }>()
  for (const [cell, { connections }] of Object.entries(netlist.cells)) {
    const inputs = Object.entries(connections).flatMap(([pin, bits]) =>
      outputPins.includes(pin) ? [] : bits,
    )
    for (const [pin, bits] of Object.entries(connections))
      if (outputPins.includes(pin)) for (const bit of bits) drivers.set(bit, { cell, pin, inputs })
  }
  return drivers
}

/** The bits of input ports with the name that the netlist's Verilog gives them: `clk`, `clk[2]`. */
function inputBits({ ports }: Netlist): Map<Bit, string> {
  return new Map(
    Object.entries(ports).flatMap(([name, { direction, bits, offset, upto }]) => {
      if (direction === 'output') return []
      const at = (index: number) => offset + (upto === 1 ? bits.length - 1 - index : index)
      return bits.map((bit, index) => [bit, bits.length === 1 ? name : `${name}[${at(index)}]`] as const)
    }),
  )
}

/** How many bits the ports have together: what a package must have pins for. */
export function portBits({ ports }: Netlist): number {
  return Object.values(ports).reduce((sum, { bits }) => sum + bits.length, 0)
}

/** The source's own name of the net at a cell's output, for people; undefined where it has none. */
export function netAt(netlist: Netlist, cell: string): string | undefined {
  const connections = Object.hasOwn(netlist.cells, cell) ? netlist.cells[cell]!.connections : {}
  const bit = outputPins.flatMap((pin) => connections[pin] ?? [])[0]
  for (const [name, { bits }] of Object.entries(netlist.netnames)) {
    const index = bit === undefined || name.startsWith('$') ? -1 : bits.indexOf(bit)
    if (index !== -1) return bits.length === 1 ? name : `${name}[${index}]`
  }
  return undefined
}
