import { expect, it } from 'vitest'
import { resetsOf } from './reset.ts'

const resets = (...names: string[]) => resetsOf(names.map((name) => ({ name, width: 1 })))

it.each([
  'reset',
  'rst',
  'areset',
  'ar',
  'RESET',
  'sync_reset',
  'async_rst',
  'i_rst',
  'rst_i',
  'clr',
  'clear',
  'sys_rst',
])('%s resets with 1', (name) => expect(resets(name)).toEqual([{ name, active: 1 }]))

it.each(['resetn', 'rst_n', 'RESETn', 'reset_b', 'rst_ni', 'aresetn', 'arst_n', 'nreset', 'n_rst'])(
  '%s resets with 0',
  (name) => expect(resets(name)).toEqual([{ name, active: 0 }]),
)

it.each(['r', 'preset_value', 'first', 'burst', 'start', 'resetting', 'clean', 'd', 'clk'])(
  '%s is no reset',
  (name) => expect(resets(name)).toEqual([]),
)

it('only one bit resets', () => {
  expect(resetsOf([{ name: 'reset', width: 2 }])).toEqual([])
})
