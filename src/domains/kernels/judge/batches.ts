import { seedOf } from '../../../core/seed.ts'
import type { Examiner, Regime } from './examiner.ts'
import { callBytes } from './facts.ts'
import type { Runner } from './runner.ts'
import { patienceOf } from './stopwatch.ts'

/** How the calls of a measurement are put together. */
export interface Batches {
  /** Calls in a batch, which is what is timed. */
  readonly calls: number
  /** Batches for which values are drawn at once. */
  readonly rounds: number
}

/** Time that a batch of eager's should take, by its clock: many short ones see the same machine on both sides. */
const batchSeconds = 0.005
/** Of the inputs and outputs of all calls that values are drawn for at once. */
const mostBytes = 96 * 1024 ** 2
/** Each is a command of its own, which takes the judge a third of a millisecond on a quiet machine. */
const mostCalls = 64
const mostRounds = 8
/** Drawing values for all rounds at once should not take longer, in seconds of wall time. */
const drawSeconds = 0.5

/**
 * Finds how many calls make a batch of eager's long enough, where memory and the drawing of values allow. The others do
 * the same and nobody looks: what lies where in memory later depends on what was done before. Values are of
 * the kind `timed`, drawn from `drawn`; `longestOf` gives the wall time of a runner's longest call so far, in seconds, where that is not trusted.
 */
export async function batchesFor(
  examiner: Examiner,
  [baseline, ...others]: readonly [Runner, ...Runner[]],
  {
    drawn: seed,
    timed,
    longestOf,
  }: {
    readonly drawn: string
    readonly timed: Regime
    longestOf(runner: Runner): number | undefined
  },
): Promise<Batches> {
  const { facts } = examiner
  const most = Math.max(1, Math.min(mostCalls, Math.floor(mostBytes / Math.max(1, callBytes(facts)))))
  for (let count = 1; ; count = Math.min(most, count * 8)) {
    await examiner.allot(count)
    const began = performance.now()
    const values = await examiner.draw(timed, seedOf(seed, 'calibration', count), count)
    const drawn = (performance.now() - began) / 1000
    for (const runner of [baseline, ...others]) {
      await runner.allot(facts, count)
      await runner.put(0, values)
    }
    const best = await quickest(baseline, count, patienceOf(undefined, count))
    for (const runner of others) await quickest(runner, count, patienceOf(longestOf(runner), count))
    if (count < most && best < batchSeconds / 4) continue
    const calls = Math.max(1, Math.min(most, Math.round((batchSeconds * count) / best)))
    const affordable = Math.min(most, (drawSeconds * count) / drawn)
    return { calls, rounds: Math.max(1, Math.min(mostRounds, Math.floor(affordable / calls))) }
  }
}

/** The least time of four batches by the runner's clock, in seconds: the first ones meet memory that was not touched before. */
async function quickest(runner: Runner, count: number, patience: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 4; attempt++) {
    await runner.go(0, count, patience, async (work) => {
      const before = runner.clock()
      const result = await work()
      best = Math.min(best, runner.clock() - before)
      return result
    })
  }
  return Math.max(best, 1e-6)
}
