import { execFileSync } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { all } from '../../test/support/events.ts'
import {
  answering,
  noFacts,
  nullLab,
  numbers,
  numbersSuite,
  planOf,
  scripted,
  turnsAgent,
} from '../../test/support/memory-world.ts'
import { temporaryDirectory } from '../../test/support/temporary.ts'
import type { Agent } from '../core/agent.ts'
import { InfrastructureError, UsageError } from '../core/errors.ts'
import type { TrialIdentity } from '../core/events.ts'
import { executeRun, exitCodeOf, type RunSetup } from './execute.ts'
import { foldTrial } from './journal/fold.ts'
import { readJournal } from './journal/reader.ts'
import { journalPath, trialId } from './layout.ts'
import { readManifest } from './manifest.ts'
import type { News } from './progress.ts'
import { reportOf } from './report/report.ts'
import { survey } from './survey.ts'

const right = answering('right', (number) => `${number}`)

/** Counts the attempts that an agent was asked for. */
function counted(agent: Agent) {
  const attempts = new Map<string, number>()
  const agentOf = (_name: string, _domain: unknown, identity: TrialIdentity) => {
    const id = trialId(identity)
    attempts.set(id, (attempts.get(id) ?? 0) + 1)
    return agent
  }
  return { attempts, agentOf }
}

async function setupOf(more: Partial<RunSetup> & { agent?: Agent } = {}): Promise<RunSetup> {
  const { agent = right, ...rest } = more
  return {
    directory: join(await temporaryDirectory(), 'run'),
    plan: planOf({ agents: [agent.name] }),
    resources: { domainOf: () => numbers, agentOf: () => agent, modelOf: () => scripted, openLab: nullLab },
    facts: noFacts,
    concurrency: 4,
    backoffSeconds: 0.005,
    ...rest,
  }
}

const states = async (directory: string) =>
  Object.fromEntries((await all(survey(directory))).map((standing) => [standing.id, standing.state]))

describe('a run', () => {
  it('judges every trial once, each with a journal and a line in the index', async () => {
    const setup = await setupOf({ plan: planOf({ suite: numbersSuite(7), samples: 3 }) })
    const news: News[] = []
    const summary = await executeRun({ ...setup, onProgress: (_, item) => news.push(item) })
    expect(summary).toMatchObject({ ended: 'complete', failure: null })
    expect(summary.progress).toMatchObject({ planned: 21, done: 21, solved: 21, void: 0, running: 0 })
    expect(exitCodeOf(summary)).toBe(0)
    const standings = await all(survey(setup.directory))
    expect(standings.length).toBe(21)
    expect(standings.every((standing) => standing.state === 'judged' && standing.indexed)).toBe(true)
    expect(news.filter(({ type }) => type === 'trial-ended').length).toBe(21)
    const { sittings, trials } = await readManifest(setup.directory)
    expect([trials, sittings.length, sittings[0]?.ended]).toEqual([21, 1, 'complete'])
    expect((await readdir(setup.directory)).sort()).toEqual(['manifest.json', 'results.jsonl', 'trials'])
  })

  it('tries a void trial again, in the same journal, and counts what it cost', async () => {
    const failures = new Map<string, number>()
    const agent: Agent = {
      name: 'flaky',
      needs: { model: true },
      async attempt(environment, means) {
        await means.model!.generate({ messages: [{ role: 'user', text: 'number 1' }] })
        const failed = failures.get(means.seed) ?? 0
        failures.set(means.seed, failed + 1)
        if (failed < 2) throw new InfrastructureError('provider-503', 'the provider said 503')
        return right.attempt(environment, means)
      },
    }
    const plan = planOf({ pairings: [{ agent: 'flaky', model: 'm' }] })
    const setup = await setupOf({ agent, plan })
    const news: News[] = []
    const { progress } = await executeRun({ ...setup, onProgress: (_, item) => news.push(item) })
    expect(progress).toMatchObject({ solved: 3, void: 0, waiting: 0, done: 3 })
    expect(news.filter(({ type }) => type === 'trial-again').length).toBe(6)
    const id = 'numbers/n1/flaky@m.1'
    expect(await foldTrial(readJournal(journalPath(setup.directory, id)))).toMatchObject({
      attempts: 3,
      end: 'judged',
      totals: { costUsd: 0.0001 },
      spent: { costUsd: expect.closeTo(0.0003, 9) },
    })
    const report = await reportOf(setup.directory)
    expect(report.groups[0]?.costUsd).toBeCloseTo(0.0009, 9)
    expect(progress.costUsd).toBeCloseTo(0.0009, 9)
  })

  it('leaves void what stays void, apart from the unsolved, and tries it in the next sitting', async () => {
    let broken = true
    const agent: Agent = {
      name: 'broken',
      async attempt(environment, means) {
        if (broken) throw new InfrastructureError('no-tool', 'iverilog is missing', { retryable: false })
        return right.attempt(environment, means)
      },
    }
    const setup = await setupOf({ agent })
    const summary = await executeRun(setup)
    expect(summary.progress).toMatchObject({ void: 3, unsolved: 0, done: 3 })
    expect(exitCodeOf(summary)).toBe(3)
    const report = await reportOf(setup.directory)
    expect(report.groups[0]).toMatchObject({ judged: 0, void: 3, voidBy: { 'no-tool': 3 } })
    expect(report.groups[0]?.passAtK[0]?.estimate).toBeNull()
    broken = false
    expect((await executeRun(setup)).progress).toMatchObject({ solved: 3, void: 0 })
  })

  it('takes no verdict with figures that are none', async () => {
    const judge = async (...given: Parameters<typeof numbers.judge>) => ({
      ...(await numbers.judge(...given)),
      metrics: [{ name: 'speedup', value: 1 / 0, unit: '1' }],
    })
    const setup = await setupOf()
    const { progress } = await executeRun({
      ...setup,
      resources: { ...setup.resources, domainOf: () => ({ ...numbers, judge }) as typeof numbers },
    })
    expect(progress).toMatchObject({ void: 3, solved: 0 })
    const report = await reportOf(setup.directory)
    expect([report.groups[0]?.voidBy, report.problems]).toEqual([{ crashed: 3 }, []])
  })

  it('gives up after so many attempts', async () => {
    const agent: Agent = {
      name: 'down',
      attempt: async () => {
        throw new InfrastructureError('provider-503', 'the provider said 503')
      },
    }
    const counter = counted(agent)
    const setup = await setupOf({ agent, attempts: 4, concurrency: 12 })
    await executeRun({ ...setup, resources: { ...setup.resources, agentOf: counter.agentOf } })
    expect([...counter.attempts.values()]).toEqual([4, 4, 4])
  })

  it('stops where the world is down, says so once, and can be resumed', async () => {
    let down = true
    const agent: Agent = {
      name: 'down',
      async attempt(environment, means) {
        if (down) throw new InfrastructureError('model-unavailable', 'the provider said 503')
        return right.attempt(environment, means)
      },
    }
    const setup = await setupOf({ agent, concurrency: 1, plan: planOf({ agents: ['down'], samples: 20 }) })
    const summary = await executeRun(setup)
    expect(summary.ended).toBe('failed')
    expect(summary.failure?.message).toMatch(/gave up on down: 3 attempts in a row .* the provider said 503/)
    expect(exitCodeOf(summary)).toBe(3)
    down = false
    expect((await executeRun(setup)).progress).toMatchObject({ solved: 60, void: 0 })
  })

  it('keeps to the limit of each model', async () => {
    const running = new Map<string, number>()
    const most = new Map<string, number>()
    const modelOf = (name: string) => ({
      ...scripted,
      name,
      async generate(request: Parameters<typeof scripted.generate>[0]) {
        running.set(name, (running.get(name) ?? 0) + 1)
        most.set(name, Math.max(most.get(name) ?? 0, running.get(name)!))
        await sleep(3)
        running.set(name, running.get(name)! - 1)
        return scripted.generate(request)
      },
    })
    const agent = turnsAgent(2)
    const pairings = ['slow', 'fast'].map((model) => ({ agent: agent.name, model }))
    const setup = await setupOf({ agent, plan: planOf({ pairings, samples: 6 }), concurrency: 10 })
    await executeRun({
      ...setup,
      resources: { ...setup.resources, modelOf },
      modelConcurrency: (model) => (model === 'slow' ? 2 : 10),
    })
    expect(most.get('slow')).toBe(2)
    expect(most.get('fast')).toBeGreaterThan(2)
  })

  it('compresses large journals behind itself', async () => {
    const setup = await setupOf({ compressBytes: 100 })
    await executeRun(setup)
    const names = await readdir(join(setup.directory, 'trials/numbers/n1'))
    expect(names).toEqual(['right.1.jsonl.zst'])
    const counter = counted(right)
    const { progress } = await executeRun({
      ...setup,
      resources: { ...setup.resources, agentOf: counter.agentOf },
    })
    expect([progress.solved, counter.attempts.size]).toEqual([3, 0])
    await rm(join(setup.directory, 'results.jsonl'))
    expect((await executeRun(setup)).progress).toMatchObject({ earlier: 3 })
  })
})

describe('an interrupted run', () => {
  it('ends its trials as void, leaves nothing running, and goes on where it was', async () => {
    const stop = new AbortController()
    let asked = 0
    // Interrupted by what has happened, not by a clock: on a busy machine nothing may be judged in 90 ms.
    const answer = (number: number) => {
      if (++asked === 20) stop.abort()
      return `${number}`
    }
    const agent = answering('slow', answer, 0.02)
    const counter = counted(agent)
    const plan = planOf({ suite: numbersSuite(40), agents: ['slow'] })
    const setup = await setupOf({ agent, plan })
    const resources = { ...setup.resources, agentOf: counter.agentOf }
    const summary = await executeRun({ ...setup, resources, signal: stop.signal })
    expect(summary).toMatchObject({ ended: 'interrupted', failure: null })
    expect(exitCodeOf(summary)).toBe(3)
    expect(summary.progress.running).toBe(0)
    expect(summary.progress.solved).toBeGreaterThan(0)
    expect(summary.progress.void).toBe(0)
    const before = await states(setup.directory)
    expect(Object.values(before)).not.toContain('open')
    const judged = Object.keys(before).filter((id) => before[id] === 'judged')
    expect(judged.length).toBe(summary.progress.solved)
    expect(await reportOf(setup.directory)).toMatchObject({
      void: 0,
      judged: judged.length,
      open: 40 - judged.length,
    })

    const resumed = await executeRun({ ...setup, resources })
    expect(resumed.progress).toMatchObject({ done: 40, solved: 40, earlier: judged.length })
    for (const id of judged) expect(counter.attempts.get(id)).toBe(1)
    const { sittings } = await readManifest(setup.directory)
    expect(sittings.map(({ ended }) => ended)).toEqual(['interrupted', 'complete'])
  })

  it('that was over before it began has done nothing', async () => {
    const summary = await executeRun(await setupOf({ signal: AbortSignal.abort() }))
    expect(summary).toMatchObject({ ended: 'interrupted', progress: { done: 0 } })
  })
})

describe('resuming', () => {
  async function done(samples = 2) {
    const counter = counted(right)
    const setup = await setupOf({ plan: planOf({ samples }) })
    const resources = { ...setup.resources, agentOf: counter.agentOf }
    await executeRun(setup)
    return { ...counter, setup: { ...setup, resources }, index: join(setup.directory, 'results.jsonl') }
  }

  it('rebuilds a lost index from the journals and runs nothing', async () => {
    const { setup, attempts, index } = await done()
    const lines = (await readFile(index, 'utf8')).trim().split('\n').length
    await rm(index)
    expect((await executeRun(setup)).progress).toMatchObject({ solved: 6, earlier: 6 })
    expect(attempts.size).toBe(0)
    expect((await readFile(index, 'utf8')).trim().split('\n').length).toBe(lines)
  })

  it('passes over lines of the index that are torn or nonsense', async () => {
    const { setup, attempts, index } = await done()
    const text = await readFile(index, 'utf8')
    await writeFile(index, `nonsense\n{"id":"x"}\nnull\n${text.slice(0, -40)}`)
    expect((await executeRun(setup)).progress).toMatchObject({ solved: 6, earlier: 6 })
    expect(attempts.size).toBe(0)
    expect((await all(survey(setup.directory))).every((one) => one.state === 'judged' && one.indexed)).toBe(
      true,
    )
  })

  it('does not believe an index whose journal is gone or cut', async () => {
    const { setup, attempts } = await done()
    await rm(journalPath(setup.directory, 'numbers/n0/right.1'))
    await truncate(journalPath(setup.directory, 'numbers/n1/right.2'), 900)
    expect((await executeRun(setup)).progress).toMatchObject({ solved: 6, earlier: 4 })
    expect([...attempts.keys()].sort()).toEqual(['numbers/n0/right.1', 'numbers/n1/right.2'])
  })

  it('moves a journal aside that cannot be read, says so, and runs its trial again', async () => {
    const { setup, attempts, index } = await done()
    const path = journalPath(setup.directory, 'numbers/n2/right.1')
    const lines = (await readFile(path, 'utf8')).split('\n')
    await writeFile(path, lines.with(1, 'garbage').join('\n'))
    await rm(index)
    const news: News[] = []
    expect((await reportOf(setup.directory)).problems[0]).toContain(`${path}:2`)
    await executeRun({ ...setup, onProgress: (_, item) => news.push(item) })
    expect(news).toContainEqual({ type: 'notice', text: expect.stringContaining(`${path}:2`) })
    expect([...attempts.keys()]).toEqual(['numbers/n2/right.1'])
    const names = await readdir(join(setup.directory, 'trials/numbers/n2'))
    expect(names.some((name) => name.includes('.unreadable-'))).toBe(true)
    expect((await reportOf(setup.directory)).problems).toEqual([])
  })

  it('refuses another plan, and a suite that changed unless it is forced', async () => {
    const { setup } = await done()
    const plan = (more: Parameters<typeof planOf>[0]) =>
      executeRun({ ...setup, plan: planOf({ samples: 2, ...more }) })
    await expect(plan({ seed: 'other' })).rejects.toMatchObject({ code: 'another-run', exitCode: 2 })
    await expect(plan({ agents: ['right', 'left'] })).rejects.toThrow(/other pairings/)
    const suite = numbersSuite(3, 'numbers', '2')
    await expect(plan({ suite })).rejects.toMatchObject({ code: 'suite-changed', exitCode: 2 })
    const forced = await executeRun({ ...setup, plan: planOf({ samples: 2, suite }), force: true })
    expect(forced.progress).toMatchObject({ earlier: 6 })
  })

  it('refuses a journal and a manifest of a later version', async () => {
    const { setup } = await done()
    await appendFile(
      journalPath(setup.directory, 'numbers/n0/right.1'),
      '{"seq":9,"at":1,"type":"trial","schema":2}\n{}\n',
    )
    await expect(reportOf(setup.directory)).rejects.toMatchObject({ code: 'newer-journal' })
    const summary = await executeRun(setup)
    expect([summary.ended, summary.failure?.code, exitCodeOf(summary)]).toEqual([
      'failed',
      'newer-journal',
      2,
    ])
    const path = join(setup.directory, 'manifest.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), schema: 2 }))
    await expect(executeRun(setup)).rejects.toMatchObject({ code: 'newer-run', exitCode: 2 })
  })
})

describe('a run that cannot be', () => {
  it('is refused while another process of the directory is at work', async () => {
    const agent = answering('slow', (number) => `${number}`, 0.2)
    const setup = await setupOf({ agent })
    const begun = Promise.withResolvers<void>()
    const onProgress = (_: unknown, news: News) => news.type === 'begun' && begun.resolve()
    const first = executeRun({ ...setup, onProgress })
    await begun.promise
    await expect(executeRun(setup)).rejects.toMatchObject({ code: 'run-in-use', exitCode: 2 })
    expect((await first).progress.solved).toBe(3)
  })

  it('does not touch a directory with other things in it', async () => {
    const setup = await setupOf()
    await mkdir(setup.directory)
    await writeFile(join(setup.directory, 'thesis.tex'), '')
    await expect(executeRun(setup)).rejects.toMatchObject({
      code: 'not-a-run',
      message: expect.stringContaining('thesis.tex'),
    })
    expect(await readdir(setup.directory)).toEqual(['thesis.tex'])
  })

  it('names a broken task before anything runs', async () => {
    const suite = numbersSuite(3)
    const load = async () => {
      throw new UsageError('broken-task', 'n1/task.toml: no instruction')
    }
    const tasks = suite.tasks.map((entry) => (entry.id === 'n1' ? { ...entry, load } : entry))
    const setup = await setupOf({ plan: planOf({ suite: { ...suite, tasks } }) })
    await expect(executeRun(setup)).rejects.toMatchObject({ code: 'broken-task', exitCode: 2 })
    await expect(readdir(setup.directory)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('says that its directory cannot be made or written', async () => {
    const setup = await setupOf()
    for (const directory of ['/proc/touchstone-run', '/dev/null/run']) {
      await expect(executeRun({ ...setup, directory })).rejects.toMatchObject({
        code: 'cannot-write',
        exitCode: 3,
        message: expect.stringContaining(directory),
      })
    }
  })

  it('stops where an agent cannot be had, and can go on', async () => {
    const setup = await setupOf()
    const agentOf = () => {
      throw new UsageError('no-trajectory', 'nothing to replay')
    }
    const summary = await executeRun({ ...setup, resources: { ...setup.resources, agentOf } })
    expect([summary.ended, exitCodeOf(summary)]).toEqual(['failed', 2])
    expect((await executeRun(setup)).progress.solved).toBe(3)
  })
})

describe.skipIf(process.getuid?.() !== 0)(
  'a disk that fills up during a run (needs root to mount one)',
  () => {
    it('stops the run with exit code 3; nothing judged is lost, nothing is judged falsely', async () => {
      const mount = join(await temporaryDirectory(), 'disk')
      await mkdir(mount)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', mount])
      onTestFinished(() => void execFileSync('umount', ['-l', mount]))
      const counter = counted(right)
      const setup = await setupOf({
        directory: join(mount, 'run'),
        plan: planOf({ suite: numbersSuite(200) }),
      })
      const resources = { ...setup.resources, agentOf: counter.agentOf }
      const summary = await executeRun({ ...setup, resources })
      expect(summary.ended).toBe('failed')
      expect(summary.failure).toMatchObject({ code: 'journal-failed' })
      expect(exitCodeOf(summary)).toBe(3)
      const before = await states(setup.directory)
      const judged = Object.keys(before).filter((id) => before[id] === 'judged')
      expect(judged.length).toBeGreaterThan(5)
      expect(judged.length).toBeGreaterThanOrEqual(summary.progress.solved)

      execFileSync('mount', ['-o', 'remount,size=20m', mount])
      const resumed = await executeRun({ ...setup, resources })
      expect(resumed.progress).toMatchObject({ solved: 200, done: 200, earlier: judged.length })
      for (const id of judged) expect(counter.attempts.get(id)).toBe(1)
      expect(Object.values(await states(setup.directory))).toEqual(Array(200).fill('judged'))
    })
  },
)
