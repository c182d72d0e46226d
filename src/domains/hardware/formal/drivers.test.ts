import { expect, it } from 'vitest'
import { conflictIn } from './drivers.ts'
import type { Bit, Module } from './netlist.ts'

const module = (a: Bit[], b: Bit[], outputs: readonly Bit[] = []): Module => ({
  ports: {
    a: { direction: 'input', bits: a },
    b: { direction: 'input', bits: b },
    o: { direction: 'output', bits: [2, 9] },
  },
  cells: Object.fromEntries(
    outputs.map((bit, index) => [
      `cell${index}`,
      {
        type: '$not',
        parameters: {},
        port_directions: { A: 'input', Y: 'output' },
        connections: { A: [2], Y: [bit] },
      },
    ]),
  ),
  netnames: {},
})

it.each<[string | undefined, Module]>([
  [undefined, module([2, 3], [4], [8, 9])],
  ['it joins its inputs a and b', module([2, 3], [3])],
  ['it joins its inputs a and a', module([2, 2], [4])],
  ['it drives its input a', module([2, '0'], [4])],
  ['it drives its input b', module([2, 3], ['x'])],
  ['it drives its input b', module([2, 3], [4], [9, 4])],
  ['a wire has several drivers', module([2, 3], [4], [9, 9])],
  ['a wire has several drivers', module([2, 3], [4], ['1'])],
])('%s', (why, each) => {
  expect(conflictIn(each)).toBe(why)
})
