import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { taskOf } from '../testing.ts'
import type { Clocking } from './clocking.ts'
import type { Trace } from './decide.ts'
import { replay } from './replay.ts'
import { openProver } from './steps.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const rising: Clocking = { kind: 'one', clock: 'clk', rising: true }
const falling: Clocking = { kind: 'one', clock: 'clk', rising: false }
const free: Clocking = { kind: 'any', clocks: ['clk'] }

/** Plays inputs to two bodies of a module with the inputs clk, reset and d (two bits). */
async function played(gold: string, gate: string, clocking: Clocking, steps: readonly string[]) {
  const ports = 'input clk, reset, input [1:0] d, output reg [1:0] q'
  const { key } = taskOf(`module RefModule (${ports}); ${gold} endmodule`, '')
  const trace: Trace = steps.map((digits) => ({ clk: digits[0]!, reset: digits[1]!, d: digits.slice(2) }))
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  await using sandbox = await openProver(lab, {}, 10)
  return await replay(sandbox, {
    key,
    design: `module TopModule (${ports}); ${gate} endmodule`,
    ports: {
      inputs: [
        { name: 'clk', width: 1 },
        { name: 'reset', width: 1 },
        { name: 'd', width: 2 },
      ],
      outputs: [{ name: 'q', width: 2 }],
    },
    resets: [{ name: 'reset', active: 1 }],
    clocking,
    trace,
    signal: lab.signal,
  })
}

const gold = 'always @(posedge clk) if (reset) q <= 0; else q <= d;'
const gate = 'always @(posedge clk) if (reset) q <= 0; else q <= d == 2 ? 1 : d;'

it('a difference: the step, the output, both values and a waveform', async () => {
  const found = await played(gold, gate, rising, ['0100', '0010', '0000', '0001'])
  expect(found.difference).toEqual({ step: 2, output: '0', gold: '10', gate: '01' })
  expect(found.waveform).toContain('$var wire 2')
})

it('no difference where the trace does not show one', async () => {
  const found = await played(gold, gate, rising, ['0100', '0001', '0011', '0001'])
  expect(found.difference).toBeUndefined()
  expect(found.waveform).toContain('$enddefinitions')
})

it('the reset is active in the first step, whatever the trace says', async () => {
  const kept = 'always @(posedge clk) if (reset) q <= 1; else q <= q;'
  const other = 'always @(posedge clk) if (reset) q <= 2; else q <= q;'
  expect((await played(kept, other, rising, ['0000', '0000'])).difference).toMatchObject({ step: 1 })
})

it('X in the reference matches anything, X in the design only X', async () => {
  const known = 'always @(posedge clk) if (reset) q <= 0; else q <= d;'
  const unknown = 'always @(posedge clk) if (!reset) q <= d;'
  expect((await played(unknown, known, rising, ['0100', '0001'])).difference).toBeUndefined()
  expect((await played(known, unknown, rising, ['0100', '0001'])).difference).toMatchObject({
    step: 1,
    gate: 'xx',
  })
})

it('before the edge that resets nothing is compared', async () => {
  const definite = "reg [1:0] s; always @(posedge clk) s <= 0; always @* q = {1'b0, s[0]};"
  expect((await played(definite, gold, rising, ['0100', '0000'])).difference).toBeUndefined()
})

it('a falling clock falls in every step', async () => {
  const negative = gold.replace('posedge', 'negedge')
  const found = await played(negative, gate.replace('posedge', 'negedge'), falling, ['0100', '0010', '0000'])
  expect(found.difference).toEqual({ step: 2, output: '0', gold: '10', gate: '01' })
})

it('a free clock moves as the trace says, and what registers see is from before', async () => {
  const twice = 'always @(posedge clk) q <= d; always @(negedge clk) q <= q;'
  const plain = 'always @(posedge clk) q <= d;'
  expect((await played(plain, twice, free, ['0001', '1010', '0011'])).difference).toBeUndefined()
  const late = 'reg [1:0] p; always @(posedge clk) begin p <= d; q <= p; end'
  const found = await played(plain, late, free, ['0001', '1010', '1011'])
  expect(found.difference).toMatchObject({ step: 1, gold: '01', gate: 'xx' })
})
