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
import { attacks } from './index.ts'
import { problems } from './testing.ts'

const taskOf = (key: KernelsKey) => ({ key }) as Task<KernelsKey>
const hasTorch =
  spawnSync(process.env.TOUCHSTONE_PYTHON ?? '/usr/bin/python3', ['-c', 'import torch']).status === 0
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

describe.skipIf(!hasTorch)('refused by the judge', () => {
  let backend: SandboxBackend
  const rooms: Partial<Record<string, { setting: Setting; staff: Staff }>> = {}
  const closing = new AsyncDisposableStack()
  beforeAll(async () => {
    backend = closing.use(await bubblewrap())
  })
  afterAll(() => closing.disposeAsync())

  /** One trusted side for each problem. */
  async function roomOf(place: keyof typeof problems) {
    const known = rooms[place]
    if (known) return known
    const lab = closing.use(openLab(backend, { seed: 'attacks', signal: new AbortController().signal }))
    const setting: Setting = { lab, python: await torchPython(), key: problems[place], patience: quick }
    const room = { setting, staff: closing.use(staffOf(setting)) }
    rooms[place] = room
    return room
  }

  const played = attacks
    .filter(({ name }) => (long || everyDay.includes(name)) && placeOf(name) !== undefined)
    .map((attack) => [attack.name, attack] as const)

  it.each(played)('%s', { timeout: 600_000 }, async (name, attack) => {
    const place = placeOf(name)!
    const { setting, staff } = await roomOf(place)
    await using lab = openLab(backend, { seed: name, signal: new AbortController().signal })
    const verdict = await judgeBefore(staff, { ...setting, lab }, attack.submission(taskOf(setting.key))!)
    const [said] = verdict.findings
    expect(verdict.outcome, said?.message).not.toBe('solved')
    if (attack.expect === 'rejected') expect(verdict.outcome, said?.message).toBe('rejected')
  })
})

const quick = { leastPairs: 7, mostPairs: 7, seconds: 1, width: 1 }
