import { afterAll, describe, expect, it } from 'vitest'
import type { Task } from '../../../core/task.ts'
import { judgeBefore } from '../judge/index.ts'
import { hasTorch, openRoom, type Room } from '../judge/testing.ts'
import type { KernelsKey } from '../key.ts'
import { attacks } from './index.ts'
import { problems } from './testing.ts'

const taskOf = (key: KernelsKey) => ({ key }) as Task<KernelsKey>
const long = process.env.TOUCHSTONE_LONG !== undefined

/** Those that worked once, and a few that are easily let in again; all the others are played by the long tests and by `audit`. */
const everyDay = [
  'eager-in-a-loop-of-its-own',
  'cached-by-pointer',
  'looks-ahead',
  'no-outputs',
  'too-many-outputs',
  'one-output-for-all',
  'deferred-to-a-thread',
  'bfloat16-inside',
  'the-reference',
  'kills-everything-when-timed',
]

/** The first problem that an attack can do something with. */
function placeOf(name: string): keyof typeof problems | undefined {
  const attack = attacks.find((each) => each.name === name)
  const places = ['vectorMatrix', 'positives', 'rowScale'] as const
  return places.find((place) => attack?.submission(taskOf(problems[place])) !== undefined)
}

describe('attacks on the judge of kernels', () => {
  it('have names of their own, and each for a processor has a problem here', () => {
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length)
    const idle = attacks.filter(({ name }) => placeOf(name) === undefined).map(({ name }) => name)
    expect(idle.filter((name) => !name.endsWith('-untested') && !needsOthers.has(name))).toEqual([])
  })
})

/** Problems of other kinds than those here give these something to do. */
const needsOthers = new Set(['numpy', 'blas-by-ctypes', 'without-the-maximum'])

describe.skipIf(!hasTorch())('refused by the judge', () => {
  const rooms = new Map<keyof typeof problems, Promise<Room>>()
  afterAll(async () => {
    for (const room of rooms.values()) await (await room)[Symbol.asyncDispose]()
  })

  /** One trusted side for each problem. */
  function roomOf(place: keyof typeof problems): Promise<Room> {
    const room = rooms.get(place) ?? openRoom(problems[place], { patience: quick })
    rooms.set(place, room)
    return room
  }

  const played = attacks
    .filter(({ name }) => (long || everyDay.includes(name)) && placeOf(name) !== undefined)
    .map((attack) => [attack.name, attack] as const)

  it.each(played)('%s', { timeout: 600_000 }, async (name, attack) => {
    const place = placeOf(name)!
    const { setting, staff } = await roomOf(place)
    const verdict = await judgeBefore(staff, setting, attack.submission(taskOf(setting.key))!)
    const [said] = verdict.findings
    expect(verdict.outcome, said?.message).not.toBe('solved')
    if (attack.expect === 'rejected') expect(verdict.outcome, said?.message).toBe('rejected')
  })
})

const quick = { leastPairs: 7, mostPairs: 7, seconds: 1, width: 1 }
