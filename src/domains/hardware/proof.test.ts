import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SandboxBackend } from '../../core/sandbox.ts'
import type { Verdict } from '../../core/verdict.ts'
import { bubblewrap } from '../../sandbox/index.ts'
import { answer, judgeIn, registerBody, registerHeader, registerTask } from './testing.ts'

let backend: SandboxBackend
beforeAll(async () => {
  backend = await bubblewrap()
})
afterAll(() => backend[Symbol.asyncDispose]())

const design = (body: string) => answer(`${registerHeader}\n${body}\nendmodule\n`)
const metric = ({ metrics }: Verdict, wanted: string) => metrics.find(({ name }) => name === wanted)?.value

/** Right for longer than the testbench looks. */
const late = `reg [8:0] n = 0; always @(posedge clk) begin n <= n == 300 ? 300 : n + 1;
  if (reset) q <= 0; else if (enable) q <= d ^ (n == 300); end assign any = |q;`

it('a design that is equal is solved, with the proof as a metric and nothing unchecked of its behaviour', async () => {
  const verdict = await judgeIn(backend, registerTask, design(registerBody))
  expect(verdict).toMatchObject({
    outcome: 'solved',
    score: 1,
    reason: 'pass',
    judge: { name: 'hardware/simulation+proof' },
  })
  expect([
    metric(verdict, 'formal-proven'),
    metric(verdict, 'formal-refuted'),
    metric(verdict, 'formal-unknown'),
  ]).toEqual([1, 0, 0])
  expect(verdict.findings.map(({ code }) => code)).toEqual(['proven'])
  expect(verdict.unchecked.join()).not.toContain('stimuli')
  expect(verdict.tools).toHaveProperty('yosys')
})

it('a design that passes the testbench and is not equal is unsolved, with a waveform', async () => {
  const verdict = await judgeIn(backend, registerTask, design(late))
  expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'not-equivalent', score: 0.5 })
  expect(metric(verdict, 'mismatches')).toBe(0)
  expect(metric(verdict, 'formal-refuted')).toBe(1)
  expect(metric(verdict, 'differs-in-reset-style-only')).toBe(0)
  expect(verdict.evidence.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['counterexample.vcd', 'counterexample.svg']),
  )
})

it('no proof of a block that the simulator never runs', async () => {
  const never = `${registerBody.replace('any = q != 0', 'any = t && q != 0')} reg t; initial t = 1; always @* t = 1'b1;`
  const verdict = await judgeIn(backend, registerTask, design(never))
  expect(metric(verdict, 'formal-unknown')).toBe(1)
  expect(verdict.findings.map(({ code }) => code)).toEqual(['not-proven'])
})

it('the official protocol asks for no proof and says so', async () => {
  const verdict = await judgeIn(backend, { ...registerTask, protocol: 'official' }, design(late))
  expect(verdict).toMatchObject({ outcome: 'solved', score: 1, judge: { name: 'hardware/simulation' } })
  expect(metric(verdict, 'formal-proven')).toBeUndefined()
  expect(verdict.unchecked[0]).toMatch(/^equivalence with the reference/)
})

it('a design of which nothing is known is solved, and what is not known is said', async () => {
  const listed = registerBody.replace(
    'assign any = q != 0;',
    'reg r; always @(q[3:0]) r = |q; assign any = r;',
  )
  const verdict = await judgeIn(backend, registerTask, design(listed))
  expect(verdict).toMatchObject({ outcome: 'solved', score: 1 })
  expect(metric(verdict, 'formal-unknown')).toBe(1)
  expect(verdict.findings[0]).toMatchObject({ code: 'not-proven', severity: 'warning' })
  expect(verdict.unchecked[0]).toMatch(/^behaviour beyond the stimuli of the testbench \(/)
})

it('a design that fails the testbench is not asked for a proof', async () => {
  const verdict = await judgeIn(
    backend,
    registerTask,
    design('always @(posedge clk) q <= d; assign any = |q;'),
  )
  expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'mismatch' })
  expect(metric(verdict, 'formal-refuted')).toBeUndefined()
})
