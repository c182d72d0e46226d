import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../src/core/sandbox.ts'
import type { Task } from '../../src/core/task.ts'
import { type HardwareKey, hardware } from '../../src/domains/hardware/index.ts'
import { inPairs, judgeIn } from '../../src/domains/hardware/testing.ts'
import { bubblewrap } from '../../src/sandbox/index.ts'

const data = process.env.TOUCHSTONE_RTLLM ?? '../shared/data/rtllm'

describe.skipIf(!existsSync(data))(`all of RTLLM 2.0 (skipped without ${data}; set TOUCHSTONE_RTLLM)`, () => {
  let backend: SandboxBackend
  beforeAll(async () => {
    backend = await bubblewrap()
  })
  afterAll(() => backend[Symbol.asyncDispose]())

  async function load(errata: boolean): Promise<Task<HardwareKey>[]> {
    const loader = hardware.loaders.find(({ name }) => name === 'rtllm')!
    const suite = await loader.load(data, { errata })
    expect(suite).toMatchObject({ name: 'rtllm', licence: 'MIT' })
    return (await Promise.all(suite.tasks.map((entry) => entry.load()))) as Task<HardwareKey>[]
  }

  async function unsolvedOf(errata: boolean): Promise<string[]> {
    const unsolved: string[] = []
    const tasks = await load(errata)
    expect(tasks).toHaveLength(50)
    await inPairs(tasks, async (task) => {
      const outcome = await judgeIn(backend, task, hardware.oracle!(task)!).then(
        (verdict) => verdict.outcome,
        (thrown: { code: string }) => thrown.code,
      )
      if (outcome !== 'solved') unsolved.push(`${task.id} ${outcome}`)
    })
    return unsolved.sort()
  }

  it('the oracle solves 46 as published; the others are the known ones', async () => {
    expect(await unsolvedOf(false)).toEqual([
      'asyn_fifo broken-key',
      'clkgenerator broken-key',
      'radix2_div broken-key',
      'ring_counter broken-key',
    ])
  })

  it('the oracle solves all 50 with errata', async () => {
    expect(await unsolvedOf(true)).toEqual([])
  })

  it('nothing at all solves none', async () => {
    for (const task of await load(true)) {
      const verdict = await judgeIn(backend, task, { kind: 'files', files: new Map() })
      expect(verdict).toMatchObject({ outcome: 'unsolved', reason: 'no-answer' })
    }
  })

  it('refuses every attack on every task', async () => {
    const wrong: string[] = []
    await inPairs(await load(true), async (task) => {
      for (const attack of hardware.attacks) {
        const submission = attack.submission(task)
        if (submission === undefined) continue
        const { outcome } = await judgeIn(backend, task, submission)
        const refused = outcome === 'rejected' || (outcome === 'unsolved' && attack.expect === 'not-solved')
        if (!refused) wrong.push(`${task.id}: ${attack.name} is ${outcome}`)
      }
    })
    expect(wrong).toEqual([])
  })
})
