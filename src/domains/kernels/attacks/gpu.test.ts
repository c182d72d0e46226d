import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Task } from '../../../core/task.ts'
import { judgeBefore } from '../judge/index.ts'
import { hasTorch, openRoom, type Room } from '../judge/testing.ts'
import type { KernelsKey } from '../key.ts'
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
  if (hasTorch() && process.env.TOUCHSTONE_LONG !== undefined)
    describe('refused with one that stands in for a GPU', () => {
      let room: Room
      beforeAll(async () => {
        const patience = { leastPairs: 7, mostPairs: 7, seconds: 1, width: 1 }
        room = await openRoom(key, { device: 'stand-in', patience })
      }, 120_000)
      afterAll(() => room[Symbol.asyncDispose](), 60_000)

      it.each(played.map((attack) => [attack.name, attack] as const))(
        '%s',
        { timeout: 300_000 },
        async (_, { submission }) => {
          const verdict = await judgeBefore(
            room.staff,
            room.setting,
            submission({ key } as Task<KernelsKey>)!,
          )
          expect(verdict.outcome, verdict.findings[0]?.message).not.toBe('solved')
        },
      )
    })
})
