import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import type { Task } from '../../../core/task.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { judgeBefore } from '../judge/index.ts'
import type { Setting } from '../judge/sitting.ts'
import { type Staff, staffOf } from '../judge/staff.ts'
import type { KernelsKey } from '../key.ts'
import { torchPython } from '../python.ts'
import { gpu } from './gpu.ts'
import { problems } from './testing.ts'

/** Those that the device which stands in for a GPU gives something to do: the others call CUDA itself. */
const anywhere = [
  'works-in-upload',
  'works-in-download',
  'deferred-on-a-thread',
  'stale-device-memory',
  'cached-by-device-pointer',
]
const played = gpu.filter(({ name }) => anywhere.includes(name.replace('-untested', '')))
const hasTorch =
  spawnSync(process.env.TOUCHSTONE_PYTHON ?? '/usr/bin/python3', ['-c', 'import torch']).status === 0

const key: KernelsKey = { ...problems.vectorMatrix, device: 'cuda' }

describe('attacks that need a device', () => {
  it('are handed in where a task wants one, and nowhere else', () => {
    const handed = (of: KernelsKey) =>
      gpu.filter(({ submission }) => submission({ key: of } as Task<KernelsKey>))
    expect(handed(key)).toEqual(gpu)
    expect(handed(problems.vectorMatrix)).toEqual([])
    expect(played).toHaveLength(anywhere.length)
  })

  // Some minutes on a busy machine.
  if (hasTorch && process.env.TOUCHSTONE_LONG !== undefined)
    describe('refused with one that stands in for a GPU', () => {
      let backend: SandboxBackend
      let setting: Setting
      let staff: Staff
      const closing = new AsyncDisposableStack()
      beforeAll(async () => {
        backend = closing.use(await bubblewrap())
        const lab = closing.use(openLab(backend, { seed: 'gpu', signal: new AbortController().signal }))
        const patience = { leastPairs: 7, mostPairs: 7, seconds: 1, width: 1 }
        setting = { lab, python: await torchPython(), key, device: 'stand-in', patience }
        staff = closing.use(staffOf(setting))
      }, 120_000)
      afterAll(() => closing.disposeAsync(), 60_000)

      it.each(played.map((attack) => [attack.name, attack] as const))(
        '%s',
        { timeout: 300_000 },
        async (name, { submission }) => {
          await using lab = openLab(backend, { seed: name, signal: new AbortController().signal })
          const verdict = await judgeBefore(
            staff,
            { ...setting, lab },
            submission({ key } as Task<KernelsKey>)!,
          )
          expect(verdict.outcome, verdict.findings[0]?.message).not.toBe('solved')
        },
      )
    })
})
