import { deviceSeconds, eagerSeconds } from './device.ts'
import { type Estimate, estimate, halfWidth, roughly } from './statistics.ts'
import type { Stopwatch } from './stopwatch.ts'

/** How long to measure. */
export interface Patience {
  readonly leastPairs: number
  readonly mostPairs: number
  /** Wall time after which no more than the least number of pairs is taken, in seconds. */
  readonly seconds: number
  /** Intervals narrower than this on both sides, relative to their medians, are enough. */
  readonly width: number
}
export const judgePatience: Patience = { leastPairs: 15, mostPairs: 200, seconds: 15, width: 0.02 }
/** As narrow is enough for what is certainly slower than eager. */
const slowWidth = 0.1

/** Seconds per call of each side in one pair of batches. */
export interface Pair {
  readonly baseline: number
  readonly twin: number
  readonly candidate: number
  readonly compiled?: number
}

export interface Ratios {
  readonly speedup: Estimate
  /** The ratio of eager to itself. */
  readonly same: Estimate
  /** Over `torch.compile`. */
  readonly compiled?: Estimate
}

/** The batches that have ended, side by side; the sides are those of `Pair`, in its order. */
export function pairsOf(watches: readonly Stopwatch[], calls: number): Pair[] {
  const each = watches[0]!.runner.apart
    ? onDevice(watches)
    : watches.map((watch) => watch.windows().map((seconds) => seconds / calls))
  const [baseline = [], twin = [], candidate = [], compiled] = each
  return Array.from({ length: Math.min(...each.map(({ length }) => length)) }, (_, at) => ({
    baseline: baseline[at]!,
    twin: twin[at]!,
    candidate: candidate[at]!,
    ...(compiled && { compiled: compiled[at]! }),
  }))
}

function onDevice(watches: readonly Stopwatch[]): number[][] {
  const [eager = [], ...others] = watches.map((watch) => watch.turns())
  return [eagerSeconds(eager), ...others.map((own) => deviceSeconds(own, eager))]
}

/** Throws where there are no pairs. */
export function ratiosOf(pairs: readonly Pair[], seed: string): Ratios {
  const compiled = pairs.flatMap((pair) => (pair.compiled ? pair.compiled / pair.candidate : []))
  return {
    ...(compiled.length > 0 && { compiled: estimate(compiled, `${seed}/compiled`) }),
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

/** Whether to stop measuring after so many seconds. */
export function enough(pairs: readonly Pair[], patience: Patience, seconds: number): boolean {
  if (pairs.length < patience.leastPairs) return seconds > 6 * patience.seconds && pairs.length >= 5
  if (seconds > patience.seconds || pairs.length >= patience.mostPairs) return true
  const speedup = roughly(pairs.map(({ baseline, candidate }) => baseline / candidate))
  if (speedup.high < 0.9) return halfWidth(speedup) <= slowWidth
  const same = roughly(pairs.map(({ baseline, twin }) => baseline / twin))
  return Math.max(halfWidth(speedup), halfWidth(same)) <= patience.width
}
