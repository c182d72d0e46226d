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
