import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../src/core/sandbox.ts'
import type { Task } from '../../src/core/task.ts'
import { type HardwareKey, hardware } from '../../src/domains/hardware/index.ts'
import { inPairs, judgeIn } from '../../src/domains/hardware/testing.ts'
import { bubblewrap } from '../../src/sandbox/index.ts'

const data = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'

describe.skipIf(!existsSync(data))(`all of VerilogEval (skipped without ${data})`, () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  async function load(errata: boolean): Promise<Task<HardwareKey>[]> {
    const suite = await hardware.loaders[0]!.load(data, { errata })
    return (await Promise.all(suite.tasks.map((entry) => entry.load()))) as Task<HardwareKey>[]
  }

  it('the oracle solves at least 151 as published; the others are the known ones', async () => {
    const unsolved: string[] = []
    await inPairs(await load(false), async (task) => {
      const outcome = await judgeIn(backend, task, hardware.oracle!(task)!).then(
        (verdict) => verdict.outcome,
        (thrown: { code: string }) => thrown.code,
      )
      if (outcome !== 'solved') unsolved.push(`${task.id.slice(0, 7)} ${outcome}`)
    })
    expect(unsolved.sort()).toEqual([
      'Prob082 unsolved',
      'Prob099 broken-key',
      'Prob141 unsolved',
      'Prob151 unsolved',
      'Prob156 unsolved',
    ])
  })

  it('every attack on every problem is refused', async () => {
    const wrong: string[] = []
    await inPairs(await load(true), async (task) => {
      for (const attack of hardware.attacks) {
        const submission = attack.submission(task)
        if (submission === undefined) continue
        const { outcome, reason } = await judgeIn(backend, task, submission)
        if (outcome === 'solved' || (attack.expect === 'rejected' && outcome !== 'rejected'))
          wrong.push(`${task.id}: ${attack.name} is ${outcome} (${reason})`)
      }
    })
    expect(wrong).toEqual([])
  })

  it('two judgements of the oracle agree', async () => {
    const tasks = (await load(true)).filter(({ id }) => !id.startsWith('Prob144'))
    await inPairs(tasks, async (task) => {
      const submission = hardware.oracle!(task)!
      expect(await judgeIn(backend, task, submission)).toEqual(await judgeIn(backend, task, submission))
    })
  })
})
