import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { agentOf } from '../src/agents/index.ts'
import { inProcessModel } from '../src/models/in-process.ts'
import { executeRun } from '../src/runs/execute.ts'
import { AppendFile } from '../src/runs/journal/append.ts'
import { journalPath } from '../src/runs/layout.ts'
import { journalIds } from '../src/runs/survey.ts'
import { nullBackend, openLab } from '../src/sandbox/index.ts'
import { copying, copyingSuite, tenTurns } from './harness-world.ts'
import { syntheticRun } from './synthetic-run.ts'
import { type BenchTable, median } from './table.ts'

const concurrency = 32
const samples = 10

/** What the harness itself costs: trials of ten turns with the real loop, agent and journal; and the report. */
export async function harnessBench(): Promise<BenchTable[]> {
  return [await trialsBench([1000, 20_000]), await reportBench(100_000)]
}

async function trialsBench(sizes: readonly number[]): Promise<BenchTable> {
  const rows: string[][] = []
  await inTemporary(async (directory) => {
    // Once before, so that the first row is not a measurement of compilation.
    await timedRun(join(directory, 'warm'), 500)
    for (const size of sizes) {
      // The two take turns, so that a change in the machine's load hits both.
      const rounds = Math.max(1, Math.min(5, Math.round(10_000 / size)))
      const ours: Measured[] = []
      const plain: Measured[] = []
      for (let round = 0; round < rounds; round++) {
        const run = join(directory, `${size}-${round}`)
        ours.push(await timedRun(run, size))
        plain.push(await timedWrites(`${run}-plain`, run))
        await rm(run, { recursive: true })
      }
      const rate = (of: Measured[]) => size / median(of.map(({ seconds }) => seconds))
      const work = median(ours.map(({ processor }) => processor)) / size
      rows.push([
        `${size.toLocaleString('en')} trials`,
        Math.round(rate(ours)).toLocaleString('en'),
        Math.round(rate(plain)).toLocaleString('en'),
        (rate(plain) / rate(ours)).toFixed(2),
        `${(work * 1000).toFixed(2)} ms`,
        `${Math.round(process.memoryUsage().rss / 1024 ** 2)} MiB`,
      ])
    }
  })
  return {
    title: `Trials of ten turns: react, in-process model, null sandbox, a journal fsynced for each; ${concurrency} at a time`,
    columns: ['run of', 'trials/s', 'only writing and fsync/s', 'ratio', 'processor time a trial', 'memory'],
    rows,
  }
}

interface Measured {
  readonly seconds: number
  /** Processor time of this process, in seconds: what is left of a figure on a machine that has other work. */
  readonly processor: number
}

async function measured(work: () => Promise<void>): Promise<Measured> {
  const [startedAt, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - startedAt) / 1000, processor: (user + system) / 1e6 }
}

async function timedRun(directory: string, size: number): Promise<Measured> {
  const backend = nullBackend()
  const model = inProcessModel(tenTurns)
  const agent = agentOf('react', copying)
  const plan = {
    suites: [{ suite: copyingSuite(size / samples), protocol: '' }],
    pairings: [{ agent: 'react', model: model.name }],
    samples,
    task: null,
    limit: null,
    seed: 'bench',
    limits: {},
    feedback: null,
  }
  const resources = {
    domainOf: () => copying,
    agentOf: () => agent,
    modelOf: () => model,
    openLab: (seed: string, signal: AbortSignal) => openLab(backend, { seed, signal }),
  }
  const facts = { commandLine: ['bench'], tools: {}, backend: { name: 'null', facts: {} }, options: {} }
  return measured(async () => {
    const { progress, failure } = await executeRun({ directory, plan, resources, facts, concurrency })
    if (failure) throw failure
    if (progress.solved !== size) throw new Error(`${progress.solved} of ${size} bench trials are solved`)
  })
}

/** Writes the same bytes to the same number of files at the same parallelism, and nothing else. */
async function timedWrites(directory: string, run: string): Promise<Measured> {
  const ids: string[] = []
  for await (const id of journalIds(run)) ids.push(id)
  const content = await readFile(journalPath(run, ids[0]!), 'utf8')
  for (const parent of new Set(ids.map((id) => dirname(journalPath(directory, id))))) {
    await mkdir(parent, { recursive: true })
  }
  let next = 0
  const write = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const file = await AppendFile.open(journalPath(directory, id), 'new')
      file.append(content)
      await file.sync()
      await file.close()
    }
  }
  const result = await measured(async () => {
    await Promise.all(Array.from({ length: concurrency }, write))
  })
  await rm(directory, { recursive: true })
  return result
}

/** Each report in a process of its own: its memory is what counts. */
async function reportBench(trials: number): Promise<BenchTable> {
  const rows: string[][] = []
  await inTemporary(async (directory) => {
    await syntheticRun(directory, trials)
    const measure = (what: string, ...flags: string[]) => {
      const argv = ['--no-warnings', join(import.meta.dirname, 'report-once.ts'), directory, ...flags]
      const { stdout, status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
      if (status !== 0) throw new Error(`report-once ended with ${status}: ${stderr}`)
      const { seconds, rssMiB } = JSON.parse(stdout) as { seconds: number; rssMiB: number }
      rows.push([what, `${seconds.toFixed(1)} s`, `${Math.round(rssMiB)} MiB`])
    }
    measure('figures')
    measure('figures and page', 'page')
    await rm(join(directory, 'results.jsonl'))
    measure('figures, from the journals alone')
  })
  return {
    title: `Report on a run of ${trials.toLocaleString('en')} trials, in a process of its own`,
    columns: ['what', 'time', 'peak memory'],
    rows,
  }
}

async function inTemporary(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'touchstone-bench-'))
  try {
    await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
