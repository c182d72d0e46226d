import { randomBytes } from 'node:crypto'
import { seedOf } from '../../../core/seed.ts'
import type { KernelsKey } from '../key.ts'
import { nothing } from '../process.ts'
import { type Batches, batchesFor } from './batches.ts'
import { outputName, type Place } from './claims.ts'
import { mismatchWords } from './correctness.ts'
import { eagerSeconds, undisturbed } from './device.ts'
import type { Examiner, Regime } from './examiner.ts'
import type { Facts } from './facts.ts'
import { Fault } from './fault.ts'
import { enough, judgePatience, type Pair, type Patience, pairsOf, type Ratios, ratiosOf } from './pairs.ts'
import type { Output, Runner, Values } from './runner.ts'
import { numberOf } from './seeds.ts'
import { medianOf } from './statistics.ts'
import { patienceOf, Stopwatch } from './stopwatch.ts'

/** Who is timed: eager twice, for the ratio that the same code has to itself, and the answer. */
export interface Contest {
  readonly examiner: Examiner
  readonly baseline: Runner
  readonly twin: Runner
  readonly candidate: Runner
  /** What `torch.compile` makes of the problem, where that is a baseline too. */
  readonly compiled?: Runner
  readonly threads: KernelsKey['threads']
  readonly seed: string
  /** What kind of inputs to take time with. */
  readonly timed: Regime
  /** Eager's own error on such inputs, by output. */
  readonly errors: readonly number[]
  /** Wall time of the answer's longest call so far, in seconds. */
  readonly longest: number
}

const idleCalls = 30
export interface Timed extends Ratios {
  readonly pairs: readonly Pair[]
  /** Calls in a batch. */
  readonly calls: number
  /** What a call takes that does nothing: command, reply, and being woken up, in seconds. */
  readonly idle: number
  /** Bytes of an answer's outputs that it has to have written: those that do not lie in its inputs. */
  readonly written: number
  /** What the values were drawn from. */
  readonly drawn: string
}

/**
 * Times an answer against eager PyTorch: alternating batches of calls on the same, always new values, every output
 * compared. All three have to be built with the same weights. Throws `Fault` where an output is wrong, an input is changed
 * or work is done between the calls.
 */
export async function timeAnswer(contest: Contest, patience: Patience = judgePatience): Promise<Timed> {
  const { examiner, seed, threads } = contest
  const { facts } = examiner
  // Not from the judgement's seed: who knows that could have everything ready before time is taken.
  const drawn = randomBytes(16).toString('hex')
  const runners = sidesOf(contest)
  const { calls, rounds } = await batchesFor(examiner, runners, {
    drawn,
    timed: contest.timed,
    longestOf: (runner) => longestOf(contest, runner),
  })
  await examiner.allot(calls * rounds)
  for (const runner of runners) await runner.allot(facts, calls * rounds)
  await warmUp(contest, drawn, calls * rounds)
  const watches = runners.map((runner) => new Stopwatch(runner, threads, longestOf(contest, runner)))
  let written = 0
  const began = performance.now()
  for (let draw = 0; ; draw++) {
    const values = await examiner.draw(contest.timed, seedOf(drawn, 'timed', draw), calls * rounds)
    const outputs = await takeTurns(watches, facts, values, calls, draw)
    await compare(contest, outputs[0]!, outputs[2]!)
    const looked = numberOf(drawn, 'looked-at', draw) % values.length
    await keepsInputs(contest, looked, values[looked]!)
    written = Math.max(written, writtenBytes(outputs[2]![0]!, contest.candidate, facts))
    const pairs = pairsOf(watches, calls)
    if (enough(pairs, patience, (performance.now() - began) / 1000)) break
  }
  for (const watch of watches) watch.stop()
  // With a device, what is done beside the calls is in the pairs.
  if (!contest.candidate.apart) worksBetween(watches, threads)
  const pairs = contest.candidate.apart
    ? await besideNobody(contest, pairsOf(watches, calls), { calls, rounds }, patience)
    : pairsOf(watches, calls)
  const idle = await idleSeconds(contest)
  return { pairs, calls, idle, written, drawn, ...ratiosOf(pairs, seed) }
}

/**
 * Everybody does everything a few times, so that memory is there and caches have what they can have. What comes out of
 * many calls in a row is compared as well: outputs that share memory are wrong.
 */
async function warmUp(contest: Contest, drawn: string, count: number): Promise<void> {
  const { examiner } = contest
  const values = await examiner.draw(contest.timed, seedOf(drawn, 'warm-up'), count)
  const outputs: Outputs[] = []
  for (const runner of sidesOf(contest)) {
    const seconds = patienceOf(longestOf(contest, runner), count)
    await runner.put(0, values)
    for (let time = 0; time < 2; time++) await runner.go(0, count, seconds)
    const claims = await runner.go(0, count, seconds)
    outputs.push(await runner.take(claims, examiner.facts, 0, count))
  }
  await compare(contest, outputs[0]!, outputs[2]!)
}

/** As in a measurement: inputs are written, and somebody else is called, just before. In seconds. */
async function idleSeconds({ examiner, baseline, twin, timed }: Contest): Promise<number> {
  const [values = []] = await examiner.draw(timed, '1', 1)
  const times: number[] = []
  for (let call = 0; call < idleCalls; call++) {
    for (const runner of [twin, baseline]) await runner.put(0, [values])
    await baseline.go(0, 1, patienceOf(undefined, 1))
    const before = twin.clock()
    await twin.tell('idle', {}, nothing, 60)
    times.push(twin.clock() - before)
  }
  return medianOf(times)
}

/** All sides, in the order in which what belongs to them is listed here. */
function sidesOf({ baseline, twin, candidate, compiled }: Contest) {
  const always = [baseline, twin, candidate] as const
  return compiled ? ([...always, compiled] as const) : always
}

/** What patience with a side goes by: the answer's longest call; the others run the problem's own model. */
function longestOf({ candidate, longest }: Contest, runner: Runner): number | undefined {
  return runner === candidate ? longest : undefined
}

/** Every side comes first as often as it comes last. */
function order(round: number, sides: number): number[] {
  const turn = Array.from({ length: sides }, (_, each) => (each + round) % sides)
  return Math.floor(round / sides) % 2 === 0 ? turn : turn.reverse()
}

type Outputs = Output[][]

/** One draw's batches, one after the other: all sides' outputs of all calls. */
async function takeTurns(
  watches: readonly Stopwatch[],
  facts: Facts,
  values: readonly Values[],
  calls: number,
  draw: number,
): Promise<Outputs[]> {
  const outputs: Outputs[] = watches.map(() => [])
  for (const [slot, each] of values.entries())
    for (const which of order(slot + draw, watches.length)) {
      const watch = watches[which]!
      const begins = slot % calls === 0
      outputs[which]!.push(await watch.turn(() => oneCall(watch, facts, slot, each, begins)))
    }
  return outputs
}

/** The pairs with eager's times as they count by what it takes when the answer is gone: its process is ended. */
async function besideNobody(
  { examiner, baseline, twin, candidate, threads, timed }: Contest,
  pairs: readonly Pair[],
  { calls, rounds }: Batches,
  { leastPairs }: Patience,
): Promise<Pair[]> {
  await candidate.process[Symbol.asyncDispose]()
  const watches = [baseline, twin].map((runner) => new Stopwatch(runner, threads, undefined))
  for (let draw = 0; draw * rounds < leastPairs; draw++)
    await takeTurns(
      watches,
      examiner.facts,
      await examiner.draw(timed, `${draw}`, calls * rounds),
      calls,
      draw,
    )
  for (const watch of watches) watch.stop()
  const factor = undisturbed(
    pairs.map((pair) => pair.baseline),
    eagerSeconds(watches[0]!.turns()),
  )
  return pairs.map((pair) => ({
    baseline: factor * pair.baseline,
    twin: factor * pair.twin,
    candidate: pair.candidate,
    ...(pair.compiled && { compiled: factor * pair.compiled }),
  }))
}

/**
 * Values are handed over just before they are used: whoever had them first would find less of them in the caches, and who
 * has those of a later call may compute both calls as one, which is another problem. So each call is a command of its own,
 * and the sides take turns call by call: what else the machine does meets all of them.
 */
async function oneCall(
  watch: Stopwatch,
  facts: Facts,
  slot: number,
  values: Values,
  begins: boolean,
): Promise<Output[]> {
  const { runner } = watch
  await runner.put(slot, [values])
  if (begins) watch.begin()
  const claims = await runner.go(slot, 1, watch.patience, (work) => watch.time(work))
  const [outputs = []] = await runner.take(claims, facts, slot, 1)
  return outputs
}

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

async function keepsInputs({ candidate, examiner }: Contest, index: number, values: Values): Promise<void> {
  const same = await candidate.unchanged(index, values)
  const changed = same.findIndex((each, leaf) => !each && !examiner.facts.mutates[leaf])
  if (changed >= 0) throw new Fault('mutates-inputs', `forward changes its input ${changed}`)
}

function writtenBytes(outputs: readonly Place[], candidate: Runner, facts: Facts): number {
  return outputs
    .filter(({ address }) => !candidate.holds(address, facts))
    .reduce((sum, { bytes }) => sum + bytes, 0)
}

/** Work between the calls, beyond what a process does that was only asked to wait, would be work that nobody times. */
function worksBetween(watches: readonly Stopwatch[], threads: number): void {
  const [baseline, , candidate] = watches.map((watch) => watch.between())
  const inside = watches[2]!.inside()
  // With one thread it is in the pairs anyway; with more, what is done here would be divided by them.
  const each = threads === 1 ? 0.001 : 0.0002
  const allowed = 2 * baseline!.seconds + each * candidate!.count + 0.05 * inside
  if (candidate!.seconds <= allowed) return
  const times = `${candidate!.seconds.toFixed(3)} s of processor time between the calls, beside ${inside.toFixed(3)} s in them`
  throw new Fault('works-between', `it uses ${times}: all of its work has to be done when forward returns`)
}
