import type { Netlist } from './netlist.ts'

/** A netlist in the little Verilog that opensta reads. */
export interface Structural {
  readonly text: string
  /** The names in it of the source's cells. */
  readonly cells: ReadonlyMap<string, string>
  /** The ports in it, with the names in the source: `count[3]`. */
  readonly ports: ReadonlyMap<string, string>
}

/**
 * One wire a bit and names of our own: opensta reads neither the concatenations that yosys writes nor every escaped
 * name, and a name from a design must not be a word of the script that runs it.
 */
export function structural(netlist: Netlist, module: string): Structural {
  const cells = new Map<string, string>()
  const ports = new Map<string, string>()
  const header: string[] = []
  const body: string[] = []
  for (const [name, { direction, bits, offset, upto }] of Object.entries(netlist.ports))
    bits.forEach((bit, index) => {
      const port = `p${ports.size}`
      const at = offset + (upto === 1 ? bits.length - 1 - index : index)
      ports.set(port, bits.length === 1 ? name : `${name}[${at}]`)
      header.push(port)
      if (direction === 'input') body.push(`input ${port};`, `assign ${net(bit)} = ${port};`)
      else body.push(`output ${port};`, `assign ${port} = ${net(bit)};`)
    })
  for (const [name, { type, connections }] of Object.entries(netlist.cells)) {
    const cell = `c${cells.size}`
    cells.set(name, cell)
    const pins = Object.entries(connections).map(([pin, bits]) => `.${pin}(${net(bits[0]!)})`)
    body.push(`${type} ${cell} (${pins.join(', ')});`)
  }
  return { text: `module ${module} (${header.join(', ')});\n${body.join('\n')}\nendmodule\n`, cells, ports }
}

function net(bit: number | string): string {
  return typeof bit === 'number' ? `n${bit}` : `1'b${bit === '1' ? 1 : 0}`
}
