import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { randomOf } from '../src/core/seed.ts'
import { readJournal } from '../src/runs/journal/reader.ts'
import { filesOf, journalPath } from '../src/runs/layout.ts'
import { readManifest } from '../src/runs/manifest.ts'
import { indexLines } from '../src/runs/results.ts'
import { journalIds, survey } from '../src/runs/survey.ts'
import { groupsIn } from '../src/sandbox/cgroup-groups.ts'
import { findHierarchy, rootsOf, topGroup } from '../src/sandbox/cgroup-hierarchy.ts'
import { all } from './support/events.ts'
import { temporaryDirectory } from './support/temporary.ts'

const script = join(import.meta.dirname, 'support/kill-child.ts')
const canSandbox = existsSync('/usr/bin/bwrap')

interface Sitting {
  readonly child: ChildProcess
  readonly begun: Promise<void>
  /** What it printed; undefined where a signal ended it. */
  readonly ended: Promise<string | undefined>
}

function sit(compiled: string, ...args: string[]): Sitting {
  const child = spawn(process.execPath, ['--no-warnings', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  let output = ''
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  child.stdout!.on('data', (chunk) => {
    output += chunk
    if (output.includes('begun')) resolve()
  })
  const ended = new Promise<string | undefined>((end) => {
    child.on('close', (_code, signal) => {
      resolve()
      end(signal ? undefined : output)
    })
  })
  return { child, begun, ended }
}

/** Kills and resumes so many times, at moments drawn from the seed, and then lets the run end. */
async function killAndResume(kills: number, seed: string, ...args: string[]): Promise<number[]> {
  const random = randomOf(seed)
  // A start is most of a short sitting.
  const compiled = await temporaryDirectory()
  const pids: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    const sitting = sit(compiled, ...args)
    pids.push(sitting.child.pid!)
    // One in five dies while it starts or reads what is there, the others at work.
    if (random() > 0.2) await sitting.begun
    await sleep(random() * 250)
    sitting.child.kill('SIGKILL')
    expect(
      await sitting.ended,
      `sitting ${kill} ended before it was killed; give it more to do`,
    ).toBeUndefined()
  }
  const last = sit(compiled, ...args)
  pids.push(last.child.pid!)
  expect(JSON.parse((await last.ended)!.split('\n')[1]!)).toEqual({ ended: 'complete', failure: null })
  return pids
}

/** Every planned trial has exactly one judged end, and nothing comes after it. */
async function checkTrials(directory: string, planned: number): Promise<void> {
  const ids = await all(journalIds(directory))
  expect(ids.length).toBe(planned)
  let cutOff = 0
  for (const id of ids) {
    const events = await all(readJournal(journalPath(directory, id)))
    const ends = events.filter((event) => event.type === 'end' && event.end === 'judged')
    expect(ends.length, id).toBe(1)
    expect(events.at(-1), id).toBe(ends[0])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
    const attempts = events.flatMap((event) => (event.type === 'trial' ? [event.attempt] : []))
    expect(attempts, id).toEqual(attempts.map((_, index) => index + 1))
    cutOff += attempts.length - 1
  }
  // Otherwise the kills have hit nothing.
  expect(cutOff).toBeGreaterThan(5)
  const standings = await all(survey(directory))
  expect(standings.every((standing) => standing.state === 'judged' && standing.indexed)).toBe(true)
  const judgedLines = (await all(indexLines(directory))).filter(
    ({ value }) => (value as { end: string }).end === 'judged',
  )
  expect(judgedLines.length).toBe(planned)
}

/** Only what belongs there is in the run directory. */
async function checkFiles(directory: string): Promise<void> {
  expect((await readdir(directory)).sort()).toEqual(['manifest.json', 'results.jsonl', 'trials'])
  const names = await readdir(filesOf(directory).trials, { recursive: true, withFileTypes: true })
  for (const entry of names) if (entry.isFile()) expect(entry.name).toMatch(/^slow\.\d\.jsonl(\.zst)?$/)
}

describe('a run that is killed at thirty moments', () => {
  it('has judged every trial exactly once when it is done', async () => {
    const directory = join(await temporaryDirectory(), 'run')
    await killAndResume(20, 'memory', directory, '-')
    await checkTrials(directory, 450)
    await checkFiles(directory)
    const { sittings } = await readManifest(directory)
    expect(sittings.at(-1)?.ended).toBe('complete')
    expect(sittings.length).toBeGreaterThan(10)
  }, 120_000)

  it.skipIf(!canSandbox)(
    'with real sandboxes leaves no process, control group, mount or directory (needs bubblewrap)',
    async () => {
      const temporary = await temporaryDirectory()
      // The sandboxes' own uids pass through it.
      await chmod(temporary, 0o711)
      const [directory, state] = [join(temporary, 'run'), join(temporary, 'state')]
      const marker = `${100_000 + process.pid}.${Date.now() % 1_000_000}`
      const pids = await killAndResume(10, 'sandboxes', directory, state, marker)
      await checkTrials(directory, 225)
      await checkFiles(directory)
      expect(processesWith(marker)).toEqual([])
      expect(readdirSync(state)).toEqual([])
      expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(temporary)
      const groups = rootsOf(findHierarchy()).flatMap((root) => groupsIn(join(root, topGroup)))
      const ours = groups.filter((group) => pids.some((pid) => group.includes(`/${pid}-`)))
      expect(ours).toEqual([])
    },
    120_000,
  )
})

function processesWith(marker: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((command) => command.includes(marker))
}
