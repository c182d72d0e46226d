import { quantileSorted } from 'simple-statistics'
import { randomOf } from '../../core/seed.ts'

/** A mean over tasks with an interval of 95 %. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
  /**
   * `bootstrap`: percentiles of the means of resampled tasks. `exact`: all tasks have the same value 0 or 1, where
   * a bootstrap has no width; Clopper and Pearson's bound for that many tasks stands instead.
   */
  readonly method: 'bootstrap' | 'exact'
  /** 0 for `exact`. */
  readonly resamples: number
}

/** Draws of tasks that one interval may make, so that a suite of 100,000 tasks is reported in seconds. */
const mostDraws = 40_000_000
const usualResamples = 2000
const tail = 0.025

/**
 * The mean of the tasks' values and its interval. Tasks are the clusters: the samples of one task are alike, and
 * counting them as independent would make the interval too narrow. Same seed, same interval. Undefined without
 * values.
 *
 * Source: percentile bootstrap over clusters, Field and Welsh, "Bootstrapping clustered data" (2007).
 */
export function estimateOf(values: readonly number[], seed: string): Estimate | undefined {
  const first = values[0]
  if (first === undefined) return undefined
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if ((first === 0 || first === 1) && values.every((value) => value === first)) {
    const far = tail ** (1 / n)
    return {
      mean,
      low: first === 1 ? far : 0,
      high: first === 1 ? 1 : 1 - far,
      method: 'exact',
      resamples: 0,
    }
  }
  return bootstrapOf(values, seed)
}

/** The mean and its percentile bootstrap, for values that are no shares. Undefined without values. */
export function bootstrapOf(values: readonly number[], seed: string): Estimate | undefined {
  const n = values.length
  if (n === 0) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const resamples = Math.max(200, Math.min(usualResamples, Math.floor(mostDraws / n)))
  const means = resampledMeans(values, resamples, seed).sort()
  const [low, high] = [quantileSorted(means as never, tail), quantileSorted(means as never, 1 - tail)]
  return { mean, low: Math.min(low, mean), high: Math.max(high, mean), method: 'bootstrap', resamples }
}

function resampledMeans(values: readonly number[], resamples: number, seed: string): Float64Array {
  const random = randomOf(seed)
  const of = Float64Array.from(values)
  const n = of.length
  return Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let draw = 0; draw < n; draw++) sum += of[Math.floor(random() * n)]!
    return sum / n
  })
}
