import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textOf } from '../src/core/files.ts'
import type { Task } from '../src/core/task.ts'
import { type HardwareKey, hardware } from '../src/domains/hardware/index.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { type BenchTable, median } from './table.ts'

const parallelism = 2
const rounds = 3
const columns = ['what', 'all problems', 'per problem', 'ratio to the plain loop']
const title = `Judging the oracle on all of VerilogEval, ${parallelism} at a time, median of ${rounds}`

/**
 * The judge, sandboxes and checks included, beside a plain loop of `iverilog` and `vvp` over the same problems, with
 * the official flags and nothing else. The two take turns, so that a change in the machine's load hits both.
 */
export async function hardwareBench(): Promise<BenchTable> {
  const directory = process.env.TOUCHSTONE_VERILOG_EVAL ?? '../shared/data/verilog-eval/dataset_spec-to-rtl'
  if (!existsSync(directory))
    return {
      title,
      columns,
      rows: [[`not measured: ${directory} is missing; set TOUCHSTONE_VERILOG_EVAL`, '', '', '']],
    }
  const suite = await hardware.loaders[0]!.load(directory, { errata: true })
  const tasks = (await Promise.all(suite.tasks.map((entry) => entry.load()))) as Task<HardwareKey>[]
  const place = await mkdtemp(join(tmpdir(), 'touchstone-bench-'))
  await using backend = await bubblewrap()
  const plain: number[] = []
  const judged: number[] = []
  let solved = 0
  try {
    await layOut(tasks, place)
    for (let round = 0; round < rounds; round++) {
      plain.push(await timed(tasks, (task) => plainRun(join(place, task.id))))
      solved = 0
      judged.push(
        await timed(tasks, async (task) => {
          await using lab = openLab(backend, { seed: 'bench', signal: new AbortController().signal })
          const verdict = await hardware.judge(task, hardware.oracle!(task)!, lab)
          if (verdict.outcome === 'solved') solved++
        }),
      )
    }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
  const row = (what: string, seconds: number) => [
    what,
    `${seconds.toFixed(2)} s`,
    `${((seconds / tasks.length) * 1000).toFixed(1)} ms`,
    (seconds / median(plain)).toFixed(2),
  ]
  return {
    title,
    columns,
    rows: [
      row('plain loop of iverilog and vvp', median(plain)),
      row(`judge (${solved} of ${tasks.length} solved)`, median(judged)),
    ],
  }
}

/** Writes what the plain loop reads, outside the time that is measured. */
async function layOut(tasks: readonly Task<HardwareKey>[], place: string): Promise<void> {
  for (const task of tasks) {
    const answer = hardware.oracle!(task)!
    const directory = join(place, task.id)
    await mkdir(directory)
    await writeFile(
      join(directory, 'top.sv'),
      answer.kind === 'files' ? (textOf(answer.files, 'TopModule.sv') ?? '') : '',
    )
    await writeFile(join(directory, 'test.sv'), task.key.testbench)
    await writeFile(join(directory, 'ref.sv'), task.key.reference)
  }
}

async function timed<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<number> {
  const queue = [...items]
  const start = performance.now()
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: parallelism }, worker))
  return (performance.now() - start) / 1000
}

async function plainRun(directory: string): Promise<void> {
  const flags = ['-Wall', '-Winfloop', '-Wno-timescale', '-g2012', '-s', 'tb']
  await run('iverilog', [...flags, '-o', 'sim', 'top.sv', 'test.sv', 'ref.sv'], directory)
  await run('vvp', ['sim'], directory)
}

function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}
