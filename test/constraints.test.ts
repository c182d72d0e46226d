import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import type { Task } from '../src/core/task.ts'
import { readTask } from '../src/core/task-directory.ts'
import { type Constrained, constraintsVerdict, withPpa } from '../src/domains/hardware/constraints.ts'
import { cleanDesign, isStop } from '../src/domains/hardware/design.ts'
import { factsOf, type HardwareKey, oracleOf } from '../src/domains/hardware/key.ts'
import { simulate } from '../src/domains/hardware/simulation.ts'
import { domainOf } from '../src/domains/registry.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'

/* Tasks of hardware-basics that state constraints, with the real tools; and designs that try to look smaller. */
const suite = join(import.meta.dirname, '..', 'suites', 'hardware-basics')
const fixtures = join(import.meta.dirname, 'fixtures', 'hardware-basics')
const constrained = readdirSync(suite).filter(
  (id) =>
    id !== 'suite.toml' && readFileSync(join(suite, id, 'task.toml'), 'utf8').includes('[brief.constraints]'),
)
const tools = [
  ['iverilog', '-V'],
  ['yosys', '-V'],
  ['sta', '-version'],
].every(([tool, flag]) => execaSync(tool!, [flag!], { reject: false }).exitCode === 0)

describe.skipIf(!tools)('constraints (skipped where iverilog, yosys or opensta is not installed)', () => {
  let backend: SandboxBackend
  const tasks = new Map<string, Task<HardwareKey>>()
  beforeAll(async () => {
    backend = await bubblewrap()
    for (const id of constrained) {
      const identity = { id, suite: 'hardware-basics', version: '1' }
      tasks.set(id, (await readTask(join(suite, id), identity, domainOf)) as Task<HardwareKey>)
    }
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  const lab = () => openLab(backend, { seed: 'test', signal: new AbortController().signal })

  /** What the constraints say of a design that the simulation lets pass, as it stands cleaned before them. */
  async function judged(id: string, text: string): Promise<Constrained> {
    const task = tasks.get(id)!
    await using here = lab()
    const design = await cleanDesign(text, factsOf(task.key), () => here.open({ name: 'macros' }))
    if (isStop(design)) throw new Error(`${id}: ${design.reason}`)
    const { counts } = await simulate(design.text, task.key, here)
    expect(counts?.errors).toBe(0)
    return (await constraintsVerdict(design.text, task, here))!
  }
  const fixture = (id: string, ...path: string[]) => readFileSync(join(fixtures, id, ...path), 'utf8')
  const metric = ({ metrics }: Constrained, name: string) => metrics.find((each) => each.name === name)?.value

  it('has tasks of several kinds', () => {
    expect(constrained.length).toBeGreaterThanOrEqual(4)
  })

  it.each(constrained)('%s: the oracle solves it and can be beaten', { timeout: 60_000 }, async (id) => {
    const oracle = oracleOf(tasks.get(id)!.key)
    const text = oracle.kind === 'files' ? new TextDecoder().decode(oracle.files.get('TopModule.sv')) : ''
    const own = await judged(id, text)
    expect(own).toMatchObject({ outcome: 'solved', reason: 'pass', score: 1 })
    expect(metric(own, 'improvement')).toBe(1)
    const better = await judged(id, fixture(id, 'right', 'better.sv'))
    expect(better).toMatchObject({ outcome: 'solved', score: 1 })
    expect(metric(better, 'improvement')).toBeGreaterThan(1.05)
  })

  it.each(constrained)('%s: a right design beyond a limit is unsolved', { timeout: 60_000 }, async (id) => {
    const file = readdirSync(join(fixtures, id, 'right')).find((name) => name.startsWith('too-'))!
    const verdict = await judged(id, fixture(id, 'right', file))
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'constraints' })
    expect(verdict.score).toBeGreaterThan(0)
    expect(verdict.score).toBeLessThan(1)
    expect(verdict.findings.some(({ message }) => /at most \d.*: not met/.test(message))).toBe(true)
    expect(metric(verdict, 'improvement')).toBeUndefined()
  })

  // What the simulator reads and the synthesiser does not, or the other way round.
  it.each([
    ['small-multiplier', 'x-case', 'netlist'],
    ['small-multiplier', 'undriven-select', 'netlist'],
    ['small-multiplier', 'sensitivity', 'netlist'],
    ['small-multiplier', 'internal-name', 'synthesis'],
    ['small-multiplier', 'strengths', 'synthesis'],
    ['small-multiplier', 'x-branch', 'constraints'],
    ['small-multiplier', 'blackbox', 'constraints'],
    ['small-multiplier', 'cell-name', 'constraints'],
    ['small-multiplier', 'full-case', 'constraints'],
    ['small-multiplier', 'ifdef', 'constraints'],
    ['small-multiplier', 'translate-off', 'constraints'],
    ['fast-counter', 'negedge', 'clocking'],
    ['fast-counter', 'gated', 'clocking'],
    ['fast-counter', 'loop', 'clocking'],
    ['fast-counter', 'async', 'synthesis'],
  ])('%s is not fooled by %s: %s', { timeout: 60_000 }, async (id, name, reason) => {
    const verdict = await judged(id, fixture(id, 'fooling', `${name}.sv`))
    expect(verdict).toMatchObject({ outcome: 'unsolved', reason })
    // The multiplier stands in the circuit that was measured, whatever the design tells the synthesiser.
    if (reason === 'constraints') expect(metric(verdict, 'area')).toBeGreaterThan(14_000)
  })

  it('says nothing of a task without constraints, and measures on request', { timeout: 60_000 }, async () => {
    const task = tasks.get('phase-generator')!
    const text = fixture(task.id, 'right', 'better.sv')
    await using here = lab()
    const free = { ...task, brief: { ...task.brief, settings: {} } }
    expect(await constraintsVerdict(text, free, here)).toBeUndefined()
    expect((await withPpa(text, here)).metrics).toContainEqual({
      name: 'flip-flops',
      value: 5,
      unit: 'cells',
    })
  })

  it('says the same twice', { timeout: 60_000 }, async () => {
    const text = fixture('phase-generator', 'right', 'better.sv')
    expect(await judged('phase-generator', text)).toEqual(await judged('phase-generator', text))
  })
})
