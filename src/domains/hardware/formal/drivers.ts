import type { Bit, Module } from './netlist.ts'

/**
 * Why two modules cannot be put side by side: one drives an input, joins two inputs or drives a wire twice. To yosys
 * such wires are one and the same, so what one side does to an input happens to the other too, and a proof would be
 * of nothing. Undefined where all is well.
 */
export function conflictIn({ ports, cells }: Module): string | undefined {
  const drivers = new Map<Bit, string>()
  for (const [name, { direction, bits }] of Object.entries(ports)) {
    if (direction === 'inout') return `port ${name} has both directions`
    if (direction !== 'input') continue
    for (const bit of bits) {
      if (typeof bit !== 'number') return `it drives its input ${name}`
      const other = drivers.get(bit)
      if (other !== undefined) return `it joins its inputs ${other} and ${name}`
      drivers.set(bit, name)
    }
  }
  for (const { connections, port_directions: directions } of Object.values(cells))
    for (const [pin, bits] of Object.entries(connections)) {
      if (directions?.[pin] !== 'output') continue
      for (const bit of bits) {
        const other = drivers.get(bit)
        if (other !== undefined && other !== '') return `it drives its input ${other}`
        if (typeof bit !== 'number' || other === '') return 'a wire has several drivers'
        drivers.set(bit, '')
      }
    }
  return undefined
}

/**
 * Why the ports of a design do not fit the reference's: what is left over is Z in a simulator and 0 to yosys.
 * Undefined where they do.
 */
export function misfitOf(gold: Module, gate: Module): string | undefined {
  for (const [name, { bits }] of Object.entries(gold.ports)) {
    const other = gate.ports[name]?.bits.length
    if (other !== undefined && other !== bits.length)
      return `port ${name} has ${other} bits where the reference has ${bits.length}`
  }
  const more = Object.keys(gate.ports).find((name) => gold.ports[name] === undefined)
  return more === undefined ? undefined : `the reference has no port ${more}`
}
