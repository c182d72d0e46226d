import { median, medianSorted, quantileSorted } from 'simple-statistics'
import { randomOf } from '../../../core/seed.ts'

/** A median with its 95 % interval. */
export interface Estimate {
  readonly median: number
  readonly low: number
  readonly high: number
}

const resamples = 2000

/**
 * The median and its 95 % interval by the percentile bootstrap (Efron, 1979), drawn from the seed: the same values and
 * seed give the same interval. Throws where there are no values.
 */
export function estimate(values: readonly number[], seed: string): Estimate {
  const random = randomOf(seed)
  const medians = new Float64Array(resamples)
  const sample = new Float64Array(values.length)
  for (let round = 0; round < resamples; round++) {
    for (let at = 0; at < sample.length; at++) sample[at] = values[Math.floor(random() * values.length)]!
    sample.sort()
    medians[round] = medianSorted(sample as unknown as number[])
  }
  medians.sort()
  const sorted = medians as unknown as number[]
  return {
    median: medianSorted([...values].sort((a, b) => a - b)),
    low: quantileSorted(sorted, 0.025),
    high: quantileSorted(sorted, 0.975),
  }
}

/**
 * About what `estimate` gives, from the ranks that a median lies between in 95 of 100 samples (the normal approximation of
 * the sign test's): for looking again and again whether there are values enough. Throws where there are no values.
 */
export function roughly(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b)
  const spread = 0.98 * Math.sqrt(sorted.length)
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, rank))]!
  return {
    median: medianSorted(sorted),
    low: at(Math.floor(sorted.length / 2 - spread)),
    high: at(Math.ceil(sorted.length / 2 + spread) - 1),
  }
}

/** Half the interval's width, relative to the median. */
export function halfWidth({ median, low, high }: Estimate): number {
  return (high - low) / 2 / median
}

/** How far from 1 the ratio of two runs of the same code may be, by its interval. */
export function distanceFromOne({ low, high }: Estimate): number {
  return Math.max(high - 1, 1 - low, 0)
}

/**
 * Two processes with the same code differ by a few per cent for all of their lives, by where their memory lies: one twin
 * does not show how much that can be, so that less than this is never called faster.
 */
const leastMargin = 0.05

/** What a speedup's lower end has to exceed to be called faster, by eager's ratio to itself in the same sitting. */
export function barOf(same: Estimate): number {
  return 1 + Math.max(distanceFromOne(same), leastMargin)
}

/** The median; NaN where there are no values. */
export function medianOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : median([...values])
}
