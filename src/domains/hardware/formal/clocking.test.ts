import { expect, it } from 'vitest'
import { clockingOf } from './clocking.ts'
import type { Bit, Cell, Module } from './netlist.ts'

const [clk, k, d, q] = [2, 3, 4, 5]
const register = (type: string, clock: Bit, polarity = '1', more: Record<string, Bit[]> = {}): Cell => ({
  type,
  parameters: { CLK_POLARITY: polarity },
  connections: { CLK: [clock], D: [d], Q: [q], ...more },
})
const module = (cells: Record<string, Cell>, outputs: Bit[] = [q]): Module => ({
  ports: {
    clk: { direction: 'input', bits: [clk] },
    k: { direction: 'input', bits: [k] },
    d: { direction: 'input', bits: [d] },
    q: { direction: 'output', bits: outputs },
  },
  cells,
  netnames: {},
})
const gate = (from: Bit, to: Bit): Cell => ({
  type: '$not',
  parameters: {},
  connections: { A: [from], Y: [to] },
})
const plain = module({ r: register('$dff', clk) })

it('no register: no time', () => {
  expect(clockingOf([module({ g: gate(d, q) }), module({})])).toEqual({ kind: 'none' })
})

it('one edge of one clock: a step is a cycle', () => {
  expect(clockingOf([plain, plain])).toEqual({ kind: 'one', clock: 'clk', rising: true })
  expect(clockingOf([plain, module({ g: gate(d, q) })])).toEqual({ kind: 'one', clock: 'clk', rising: true })
  const falling = module({ r: register('$sdffce', clk, '0') })
  expect(clockingOf([falling])).toEqual({ kind: 'one', clock: 'clk', rising: false })
})

it.each<[string, Module[], string[]]>([
  [
    'both edges, in one design',
    [module({ r: register('$dff', clk), s: register('$dff', clk, '0') })],
    ['clk'],
  ],
  ['both edges, one in each', [plain, module({ r: register('$dff', clk, '0') })], ['clk']],
  ['two clocks', [module({ r: register('$dff', clk), s: register('$dff', k) })], ['clk', 'k']],
  ['a clock that is data too', [module({ r: register('$dff', clk), g: gate(clk, 9) })], ['clk']],
  [
    'a clock that is data in the other design',
    [plain, module({ r: register('$dff', clk), g: gate(clk, 9) })],
    ['clk'],
  ],
  [
    "a clock that is its own register's data",
    [module({ r: register('$dff', clk, '1', { D: [clk] }) })],
    ['clk'],
  ],
  ['a clock that is an output', [module({ r: register('$dff', clk) }, [clk])], ['clk']],
  ['a clock that is made inside', [module({ g: gate(clk, 9), r: register('$dff', 9) })], []],
  ['an asynchronous reset', [module({ r: register('$adff', clk, '1', { ARST: [d] }) })], ['clk']],
  [
    'a latch',
    [module({ r: { type: '$dlatch', parameters: {}, connections: { EN: [k], D: [d], Q: [q] } } })],
    [],
  ],
  ['set and reset', [module({ r: register('$dffsr', clk) })], ['clk']],
])('%s: a step is any change', (_name, modules, clocks) => {
  expect(clockingOf(modules)).toEqual({ kind: 'any', clocks })
})
