import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Task } from '../src/core/task.ts'
import { type HardwareKey, hardware } from '../src/domains/hardware/index.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { type BenchTable, median, quantile } from './table.ts'

const columns = ['what', 'median', 'p90', 'max', 'ratio of the medians']
/** Linux counts processor time for /proc in hundredths of a second. */
const ticks = 100

/**
 * What judging the oracle costs with a proof and without, one problem at a time: processor time of this process and
 * of all it started, sandboxes included. `TOUCHSTONE_BENCH_EVERY=6` takes every sixth problem.
 */
export async function proofBench(): Promise<BenchTable> {
  const directory = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'
  const every = Number(process.env.TOUCHSTONE_BENCH_EVERY ?? 1)
  const title = 'Judging the oracle on VerilogEval with a proof: processor time a problem'
  if (!existsSync(directory))
    return { title, columns, rows: [[`not measured: ${directory} is missing`, '', '', '', '']] }
  const suite = await hardware.loaders[0]!.load(directory, { errata: true })
  const entries = suite.tasks.filter((_, index) => index % every === 0)
  await using backend = await bubblewrap()
  const cost = async (task: Task<HardwareKey>) => {
    const before = processorSeconds()
    const began = performance.now()
    await using lab = openLab(backend, { seed: 'bench', signal: new AbortController().signal })
    await hardware.judge(task, hardware.oracle!(task)!, lab)
    await lab[Symbol.asyncDispose]()
    return { processor: processorSeconds() - before, wall: (performance.now() - began) / 1000 }
  }
  const alone: number[] = []
  const proven: number[] = []
  const walls: number[] = []
  for (const entry of entries) {
    const task = (await entry.load()) as Task<HardwareKey>
    alone.push((await cost({ ...task, protocol: 'official' })).processor)
    const { processor, wall } = await cost(task)
    proven.push(processor)
    walls.push(wall)
  }
  const row = (what: string, values: readonly number[]) => [
    what,
    ...[0.5, 0.9, 1].map((q) => `${quantile(values, q).toFixed(2)} s`),
    (median(values) / median(alone)).toFixed(2),
  ]
  return {
    title: `${title} (${entries.length} problems)`,
    columns,
    rows: [
      row('simulation alone (--protocol official)', alone),
      row('simulation and proof', proven),
      row('the same, wall time', walls),
    ],
  }
}

/** Of this process, its children, and theirs that have ended. */
function processorSeconds(): number {
  const own = process.cpuUsage()
  const children = readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  )
  return (own.user + own.system) / 1e6 + children.reduce((sum, pid) => sum + timesOf(pid), 0) / ticks
}

/** Fields 14 to 17 of /proc/PID/stat (proc(5)): user and system, its own and of the children it has waited for. */
function timesOf(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
  } catch {
    // It has just ended.
    return 0
  }
}
