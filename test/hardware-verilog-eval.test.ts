import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import { emptySubmission } from '../src/core/submission.ts'
import type { Task } from '../src/core/task.ts'
import { type HardwareKey, hardware } from '../src/domains/hardware/index.ts'
import { inPairs, judgeIn } from '../src/domains/hardware/testing.ts'
import { bubblewrap } from '../src/sandbox/index.ts'

const data = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'
/** Every fourth problem, and all with errata; all of them in `npm run check:long`. */
const isTried = ({ errata }: Task<HardwareKey>, index: number) =>
  process.env.TOUCHSTONE_LONG !== undefined || index % 4 === 0 || errata.length > 0
/** What the official scorer lets pass. */
const forgeries = ['print-pass', 'finish', 'read-reference', 'force-match', 'instantiate-reference']

describe.skipIf(!existsSync(data))(`VerilogEval, judged (skipped without ${data})`, () => {
  let backend: SandboxBackend
  let tasks: Task<HardwareKey>[]
  beforeAll(async () => {
    backend = await bubblewrap()
    const suite = await hardware.loaders[0]!.load(data, { errata: true })
    tasks = (await Promise.all(suite.tasks.map((entry) => entry.load()))) as Task<HardwareKey>[]
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  // By simulation alone; that each reference is proven equal to itself is in test/long/.
  it('the oracle solves all with errata, by the official protocol', async () => {
    expect(tasks).toHaveLength(156)
    const unsolved: string[] = []
    await inPairs(tasks.filter(isTried), async (task) => {
      const verdict = await judgeIn(backend, { ...task, protocol: 'official' }, hardware.oracle!(task)!)
      const named = verdict.findings.filter(({ code }) => code === 'erratum')
      expect(named).toHaveLength(task.errata.length)
      if (verdict.outcome !== 'solved') unsolved.push(`${task.id}: ${verdict.reason}`)
    })
    expect(unsolved).toEqual([])
  }, 240_000)

  it('nop solves none', async () => {
    for (const task of tasks) {
      const verdict = await judgeIn(backend, task, emptySubmission(task.brief.answer))
      expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'no-answer' })
    }
  })

  it('what the official scorer lets pass is rejected', async () => {
    const attacks = hardware.attacks.filter(({ name }) => forgeries.includes(name))
    expect(attacks).toHaveLength(forgeries.length)
    for (const task of tasks.filter(isTried))
      for (const attack of attacks) {
        const verdict = await judgeIn(backend, task, attack.submission(task)!)
        expect([task.id, attack.name, verdict.outcome]).toEqual([task.id, attack.name, 'rejected'])
      }
  })

  it('no attack solves a sample of the problems', async () => {
    const sample = tasks.filter((_, index) => index % 52 === 3)
    expect(await solvedBy(sample)).toEqual([])
  }, 120_000)

  async function solvedBy(some: readonly Task<HardwareKey>[]): Promise<string[]> {
    const solved: string[] = []
    await inPairs(some, async (task) => {
      for (const attack of hardware.attacks) {
        const submission = attack.submission(task)
        if (submission === undefined) continue
        const { outcome } = await judgeIn(backend, task, submission)
        if (outcome === 'solved' || (attack.expect === 'rejected' && outcome !== 'rejected'))
          solved.push(`${task.id}: ${attack.name} is ${outcome}`)
      }
    })
    return solved
  }
})
