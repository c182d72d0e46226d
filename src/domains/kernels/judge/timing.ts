import type { KernelsKey } from '../key.ts'
import { outputName, type Place } from './claims.ts'
import { mismatchWords } from './correctness.ts'
import type { Examiner } from './examiner.ts'
import { callBytes, type Facts } from './facts.ts'
import { Fault } from './fault.ts'
import type { Runner, Values } from './runner.ts'
import { numberOf } from './seeds.ts'
import { distanceFromOne, type Estimate, estimate, halfWidth } from './statistics.ts'
import { Stopwatch } from './stopwatch.ts'

/** Who is timed: eager twice, for the ratio that the same code has to itself, and the answer. */
export interface Contest {
  readonly examiner: Examiner
  readonly baseline: Runner
  readonly twin: Runner
  readonly candidate: Runner
  readonly threads: KernelsKey['threads']
  readonly seed: string
  /** Eager's own error on inputs as given, by output. */
  readonly errors: readonly number[]
}

/** How long to measure. */
export interface Patience {
  readonly leastPairs: number
  readonly mostPairs: number
  /** Wall time after which no more than the least number of pairs is taken, in seconds. */
  readonly seconds: number
  /** An interval narrower than this on both sides, relative to its median, is enough. */
  readonly width: number
}
export const judgePatience: Patience = { leastPairs: 15, mostPairs: 60, seconds: 20, width: 0.02 }

/** Seconds per call of each side in one pair of batches. */
export interface Pair {
  readonly baseline: number
  readonly twin: number
  readonly candidate: number
}

export interface Timed {
  readonly pairs: readonly Pair[]
  /** Calls in a batch. */
  readonly calls: number
  readonly speedup: Estimate
  /** The ratio of eager to itself. */
  readonly same: Estimate
  /** Bytes of an answer's outputs that it has to have written: those that do not lie in its inputs. */
  readonly written: number
}

const batchSeconds = 0.02
const batchBytes = 96 * 1024 ** 2
const mostCalls = 256
const batchDrawSeconds = 0.15

/**
 * Times an answer against eager PyTorch: alternating batches of calls on the same, always new values, every output
 * compared. All three have to be built with the same weights. Throws `Fault` where an output is wrong, an input is changed
 * or work is done between the calls.
 */
export async function timeAnswer(contest: Contest, patience: Patience = judgePatience): Promise<Timed> {
  const { examiner, seed, threads } = contest
  const { facts } = examiner
  const calls = await callsPerBatch(contest)
  const runners = [contest.baseline, contest.twin, contest.candidate]
  await examiner.allot(calls)
  for (const runner of runners) await runner.allot(facts, calls)
  const watches = runners.map((runner) => new Stopwatch(runner, threads === 1 ? 'processor' : 'wall'))
  let written = 0
  const began = performance.now()
  // The first is for caches and is not counted; its outputs are compared all the same.
  for (let round = 0; round <= patience.mostPairs; round++) {
    const values = await examiner.draw('given', numberOf(seed, 'timed', round), calls)
    const results = new Map<number, Awaited<ReturnType<typeof oneBatch>>>()
    for (const which of order(round))
      results.set(which, await oneBatch(watches[which]!, runners[which]!, facts, values))
    await compare(contest, results.get(0)!.outputs, results.get(2)!.outputs)
    await keepsInputs(contest, values, numberOf(seed, 'looked-at', round) % calls)
    written = Math.max(written, writtenBytes(results.get(2)!.outputs[0] ?? [], runners[2]!, facts))
    const pairs = pairsOf(watches, calls)
    if (enough(pairs, patience, seed, (performance.now() - began) / 1000)) break
  }
  for (const watch of watches) watch.stop()
  worksBetween(watches)
  const pairs = pairsOf(watches, calls)
  return { pairs, calls, written, ...ratios(pairs, seed) }
}

/** Every side comes first as often as it comes last. */
function order(round: number): number[] {
  const turn = [0, 1, 2].map((each) => (each + round) % 3)
  return Math.floor(round / 3) % 2 === 0 ? turn : turn.reverse()
}

async function oneBatch(watch: Stopwatch, runner: Runner, facts: Facts, values: readonly Values[]) {
  await runner.put(values)
  const claims = await watch.time(() => runner.go(values.length, watch.patience))
  return { outputs: await runner.take(claims, facts, values.length) }
}

type Outputs = Awaited<ReturnType<Runner['take']>>

async function compare({ examiner, errors }: Contest, baseline: Outputs, candidate: Outputs): Promise<void> {
  const found = await examiner.checkPairs(baseline, candidate, errors)
  for (const [call, mismatches] of found.entries()) {
    const index = mismatches.findIndex((mismatch) => mismatch !== null)
    if (index < 0) continue
    const shared = overlap(candidate) ? '; outputs of different calls share memory: each needs its own' : ''
    const words = mismatchWords(mismatches[index]!, outputName(index, examiner.facts))
    throw new Fault('wrong', `in call ${call + 1} of ${found.length} in a row: ${words}${shared}`)
  }
}

function overlap(calls: Outputs): boolean {
  const places = calls.flat().filter(({ bytes }) => bytes > 0)
  return new Set(places.map(({ address }) => address)).size < places.length
}

async function keepsInputs({ candidate, examiner }: Contest, values: readonly Values[], index: number) {
  const same = await candidate.unchanged(index, values[index] ?? [])
  const changed = same.findIndex((each, leaf) => !each && !examiner.facts.mutates[leaf])
  if (changed >= 0) throw new Fault('mutates-inputs', `forward changes its input ${changed}`)
}

function writtenBytes(outputs: readonly Place[], candidate: Runner, facts: Facts): number {
  return outputs
    .filter(({ address }) => !candidate.holds(address, facts))
    .reduce((sum, { bytes }) => sum + bytes, 0)
}

/** As many as make eager's batch long enough to be timed, where memory and the drawing of values allow. */
async function callsPerBatch({ examiner, baseline, seed }: Contest): Promise<number> {
  const { facts } = examiner
  const most = Math.max(1, Math.min(mostCalls, Math.floor(batchBytes / Math.max(1, callBytes(facts)))))
  for (let count = 1; ; count = Math.min(most, count * 8)) {
    await examiner.allot(count)
    await baseline.allot(facts, count)
    const drawing = performance.now()
    await baseline.put(await examiner.draw('given', numberOf(seed, 'calibration', count), count))
    const drawn = (performance.now() - drawing) / 1000
    const best = await quickest(baseline, count)
    const wanted = Math.ceil((batchSeconds * count) / best)
    if (wanted <= count || count >= most || best > batchSeconds / 10) {
      const affordable = Math.ceil((batchDrawSeconds * count) / drawn)
      return Math.max(1, Math.min(most, wanted, affordable))
    }
  }
}

/** The least processor time of three batches, in seconds. */
async function quickest(runner: Runner, count: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = runner.process.cpuSeconds()
    await runner.go(count, 600)
    best = Math.min(best, runner.process.cpuSeconds() - before)
  }
  return Math.max(best, 1e-6)
}

function pairsOf(watches: readonly Stopwatch[], calls: number): Pair[] {
  const [baseline = [], twin = [], candidate = []] = watches.map((watch) => watch.windows().slice(1))
  const count = Math.min(baseline.length, twin.length, candidate.length)
  return Array.from({ length: count }, (_, at) => ({
    baseline: baseline[at]! / calls,
    twin: twin[at]! / calls,
    candidate: candidate[at]! / calls,
  }))
}

function ratios(pairs: readonly Pair[], seed: string): { speedup: Estimate; same: Estimate } {
  return {
    speedup: estimate(
      pairs.map(({ baseline, candidate }) => baseline / candidate),
      `${seed}/speedup`,
    ),
    same: estimate(
      pairs.map(({ baseline, twin }) => baseline / twin),
      `${seed}/same`,
    ),
  }
}

function enough(pairs: readonly Pair[], patience: Patience, seed: string, seconds: number): boolean {
  if (pairs.length < patience.leastPairs) return seconds > 6 * patience.seconds && pairs.length >= 5
  if (seconds > patience.seconds) return true
  const { speedup, same } = ratios(pairs, seed)
  return halfWidth(speedup) <= patience.width && distanceFromOne(same) <= patience.width
}

/** Work between the calls, beyond what a process does that was only asked to wait, would be work that nobody times. */
function worksBetween(watches: readonly Stopwatch[]): void {
  const [baseline, , candidate] = watches.map((watch) => watch.between())
  const inside = watches[2]!.inside()
  const allowed = 2 * baseline!.seconds + 0.001 * candidate!.count + 0.05 * inside
  if (candidate!.seconds <= allowed) return
  const times = `${candidate!.seconds.toFixed(3)} s of processor time between the calls, beside ${inside.toFixed(3)} s in them`
  throw new Fault('works-between', `it uses ${times}: all of its work has to be done when forward returns`)
}
