import type { Netlist } from './ppa/index.ts'

/** Where clocks, sets and resets come from: a port and whether it is inverted on the way, or `own` logic. */
type Source = `port ${number}` | `inverted port ${number}` | 'constant' | 'own'

/** Output pins of the cells of both targets. */
const outputs = new Set(['Y', 'YS', 'YC', 'Q', 'O', 'CO'])

/**
 * Why a delay would say less than the circuit takes. A path is measured from one flip-flop to the next; it is cut
 * by a clock, a set or a reset that the circuit makes itself, by a latch, and by flip-flops of the other edge, which
 * would do half of the work in half of a period that nobody states.
 */
export function untimedIn(netlist: Netlist): string[] {
  const source = sourcesOf(netlist)
  const clocks = new Set<Source>()
  const forced = new Set<Source>()
  let latches = false
  for (const { type, connections } of Object.values(netlist.cells)) {
    const falling = /^DFFNEG|^SB_DFFN/.test(type)
    if (type === 'LATCH') latches = true
    if (/^DFF|^SB_DFF/.test(type))
      clocks.add(turned(source(connections.CLK?.[0] ?? connections.C?.[0]), falling))
    if (/^DFFSR$|^SB_DFFN?E?[RS]$/.test(type))
      for (const pin of ['R', 'S']) forced.add(source(connections[pin]?.[0]))
  }
  return [
    ...(latches ? ['the circuit stores something in a latch'] : []),
    ...(clocks.has('own') ? ['the circuit makes a clock of its own'] : []),
    ...(clocks.size > 1 && !clocks.has('own')
      ? ['not all flip-flops have the same edge of the same clock']
      : []),
    ...(forced.has('own')
      ? ['the circuit sets or resets a flip-flop asynchronously by logic of its own']
      : []),
  ]
}

function turned(source: Source, isTurned: boolean): Source {
  if (!isTurned || source === 'own' || source === 'constant') return source
  return (source.startsWith('inverted ') ? source.slice('inverted '.length) : `inverted ${source}`) as Source
}

/** Follows a bit back through buffers and inverters. */
function sourcesOf(netlist: Netlist): (bit: number | string | undefined) => Source {
  const ports = new Set<number | string>()
  for (const { direction, bits } of Object.values(netlist.ports))
    if (direction === 'input') for (const bit of bits) ports.add(bit)
  const drivers = new Map<number | string, Netlist['cells'][string]>()
  for (const cell of Object.values(netlist.cells))
    for (const [pin, bits] of Object.entries(cell.connections))
      if (outputs.has(pin)) for (const bit of bits) drivers.set(bit, cell)
  return (from) => {
    let bit = from
    let isTurned = false
    for (let steps = 0; steps <= drivers.size; steps++) {
      if (typeof bit !== 'number') return 'constant'
      if (ports.has(bit)) return turned(`port ${bit}`, isTurned)
      const driver = drivers.get(bit)
      const inverts = /^INV/.test(driver?.type ?? '')
      if (driver === undefined || !(inverts || /^(?:CLK)?BUF/.test(driver.type))) return 'own'
      if (inverts) isTurned = !isTurned
      bit = driver.connections.A?.[0]
    }
    return 'own'
  }
}
