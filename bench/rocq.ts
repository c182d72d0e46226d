import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Lab } from '../src/core/domain.ts'
import { fileSet } from '../src/core/files.ts'
import type { SandboxBackend } from '../src/core/sandbox.ts'
import { rocq } from '../src/domains/proofs/rocq/index.ts'
import { replay } from '../src/domains/proofs/rocq/replay.ts'
import { rocqVariables } from '../src/domains/proofs/rocq/variables.ts'
import { bubblewrap, openLab } from '../src/sandbox/index.ts'
import { type BenchTable, median } from './table.ts'

const library = '/usr/lib/ocaml/coq/theories/Lists/List.v'
const columns = ['what', 'how many', 'wall', 'processor', 'each or a second', 'ratio']
const branches = 50
const sessions = 8
const rounds = 3
const context = 'Require Import Arith Lia List.\nImport ListNotations.\n'

/**
 * Rocq's prover as agents use it. Processor time is that of this process and of all it started, sandboxes and their
 * starts included. The ratio of the first row is to a plain `coqc` of the same file, of the last to one process.
 */
export async function rocqBench(): Promise<BenchTable> {
  const title = 'Rocq: live proofs by coqidetop'
  if (!existsSync('/usr/bin/coqidetop.opt') || !existsSync(library))
    return {
      title,
      columns,
      rows: [['not measured: coqidetop.opt is missing; apt install coq', '', '', '', '', '']],
    }
  const file = readFileSync(library, 'utf8')
  await using backend = await bubblewrap()
  const plain: Cost[] = []
  const replayed: Cost[] = []
  for (let round = 0; round < rounds; round++) {
    plain.push(await cost(backend, (lab, measure) => compile(lab, measure, file)))
    replayed.push(await cost(backend, (lab, measure) => replayAll(lab, measure, file)))
  }
  const branched = await branch(backend)
  const one = await cost(backend, (lab, measure) => eight(lab, measure, 1))
  const two = await cost(backend, (lab, measure) => eight(lab, measure, 2))
  const [compiling, replaying] = [middle(plain), middle(replayed)]
  return {
    title: `${title} (median of ${rounds})`,
    columns,
    rows: [
      ['coqc List.v', '1 file', seconds(compiling.wall), seconds(compiling.processor), '', '1.00'],
      [
        'List.v, goals after each sentence',
        `${replaying.count} sentences`,
        seconds(replaying.wall),
        seconds(replaying.processor),
        `${Math.round(replaying.count / replaying.processor)} a second of processor time`,
        (replaying.processor / compiling.processor).toFixed(2),
      ],
      [
        'branches of one state',
        `${branches}`,
        seconds(branched.walls.reduce((sum, wall) => sum + wall, 0) / 1000),
        seconds(branched.processor),
        `${median(branched.walls).toFixed(1)} ms (median), ${((1000 * branched.processor) / branches).toFixed(1)} ms of processor time`,
        '',
      ],
      ...[one, two].map((run, index) => [
        `${sessions} proofs on ${index + 1} process${index ? 'es' : ''}`,
        `${run.count} steps`,
        seconds(run.wall),
        seconds(run.processor),
        `${Math.round(run.count / run.wall)} steps a second`,
        `${(one.wall / run.wall).toFixed(2)} times as fast`,
      ]),
    ],
  }
}

interface Cost {
  readonly count: number
  readonly wall: number
  readonly processor: number
}

/** Does its work and calls `measure` before it ends its processes: what they have used is lost then. */
type Work = (lab: Lab, measure: () => void) => Promise<number>

async function cost(backend: SandboxBackend, work: Work): Promise<Cost> {
  await using lab = openLab(backend, { seed: 'bench', signal: new AbortController().signal })
  const before = processorSeconds()
  const began = performance.now()
  let processor = Number.NaN
  let wall = Number.NaN
  const count = await work(lab, () => {
    processor = processorSeconds() - before
    wall = (performance.now() - began) / 1000
  })
  return { count, wall, processor }
}

async function compile(lab: Lab, measure: () => void, file: string): Promise<number> {
  await using sandbox = await lab.open({
    name: 'coqc',
    env: rocqVariables,
    files: fileSet({ 'List.v': file }),
  })
  const { exitCode } = await sandbox.exec(['coqc', '-q', '-w', 'none', 'List.v'], { timeoutSeconds: 300 })
  if (exitCode !== 0) throw new Error(`coqc ends with ${exitCode}`)
  measure()
  return 1
}

async function replayAll(lab: Lab, measure: () => void, file: string): Promise<number> {
  let count = 0
  for await (const { error, sentence } of replay(lab, file)) {
    if (error) throw new Error(error)
    count++
    // The process ends with the last sentence.
    if (count % 50 === 0 || sentence.end > file.length - 200) measure()
  }
  return count
}

/** One tactic after another from one state, where the process is ready: the time of each, and processor time of all. */
async function branch(backend: SandboxBackend) {
  await using lab = openLab(backend, { seed: 'bench', signal: new AbortController().signal })
  await using prover = rocq(lab, { processes: 1 })
  const session = await prover.open({
    context,
    statement: 'Theorem swap : forall n m : nat, m + n + 3 = n + m + 3.',
  })
  const first = await session.step(session.root.id, 'intros n m. assert (H : n = n) by reflexivity.')
  if (first.kind !== 'state') throw new Error(first.message)
  const before = processorSeconds()
  const walls: number[] = []
  for (let index = 0; index < branches; index++) {
    const began = performance.now()
    const step = await session.step(
      first.state.id,
      `rewrite (Nat.add_comm m n); pose proof (Nat.add_comm m ${index}).`,
    )
    walls.push(performance.now() - began)
    if (step.kind !== 'state') throw new Error(step.message)
  }
  return { walls, processor: processorSeconds() - before }
}

/** Eight proofs of fifty steps at the same time, each of its own theorem in the same context. */
async function eight(lab: Lab, measure: () => void, processes: number): Promise<number> {
  await using prover = rocq(lab, { processes })
  let count = 0
  await Promise.all(
    Array.from({ length: sessions }, async (_, number) => {
      const session = await prover.open({
        context,
        statement: `Theorem t${number} : forall l : list nat, length (l ++ [${number}]) = length l + 1.`,
      })
      let from = session.root.id
      for (let index = 0; index < branches; index++) {
        const step = await session.step(
          from,
          `assert (H${index} : ${index} + ${number} = ${number} + ${index}) by lia.`,
        )
        if (step.kind !== 'state') throw new Error(step.message)
        from = step.state.id
        count++
      }
    }),
  )
  measure()
  return count
}

function middle(costs: readonly Cost[]): Cost {
  return {
    count: costs[0]?.count ?? 0,
    wall: median(costs.map(({ wall }) => wall)),
    processor: median(costs.map(({ processor }) => processor)),
  }
}

const seconds = (value: number) => `${value.toFixed(2)} s`

/** Linux counts processor time for /proc in hundredths of a second. */
const ticks = 100

/** Of this process and all below it that live, and of those that have ended and were waited for. */
function processorSeconds(): number {
  const own = process.cpuUsage()
  let sum = 0
  const queue = childrenOf(process.pid)
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    queue.push(...childrenOf(pid))
    sum += timesOf(pid)
  }
  return (own.user + own.system) / 1e6 + sum / ticks
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

/** Fields 14 to 17 of /proc/PID/stat (proc(5)): user and system, its own and of the children it has waited for. */
function timesOf(pid: number): number {
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
