import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomOf } from '../../core/seed.ts'
import { estimateOf } from './interval.ts'
import { passAtK } from './pass-at-k.ts'

/** The definition, by counting: the share of all subsets of k samples that have a solved one. */
function byCounting(solved: readonly boolean[], k: number): number {
  let hits = 0
  let all = 0
  const choose = (from: number, left: number, hit: boolean): void => {
    if (left === 0) {
      all++
      if (hit) hits++
      return
    }
    for (let at = from; at <= solved.length - left; at++) choose(at + 1, left - 1, hit || solved[at]!)
  }
  choose(0, k, false)
  return hits / all
}

describe('pass@k', () => {
  it('is what one computes by hand', () => {
    expect(passAtK({ judged: 5, solved: 2 }, 1)).toBeCloseTo(2 / 5, 12)
    // 1 − C(3,2)/C(5,2) = 1 − 3/10
    expect(passAtK({ judged: 5, solved: 2 }, 2)).toBeCloseTo(0.7, 12)
    // 1 − C(3,3)/C(5,3) = 1 − 1/10
    expect(passAtK({ judged: 5, solved: 2 }, 3)).toBeCloseTo(0.9, 12)
    expect(passAtK({ judged: 5, solved: 2 }, 4)).toBe(1)
    expect(passAtK({ judged: 1, solved: 0 }, 1)).toBe(0)
    expect(passAtK({ judged: 1, solved: 1 }, 1)).toBe(1)
    expect(passAtK({ judged: 4, solved: 4 }, 5)).toBeUndefined()
    expect(passAtK({ judged: 0, solved: 0 }, 1)).toBeUndefined()
  })

  it('is the share of subsets with a solved sample', () => {
    const samples = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 9 }), (solved, k) => {
        fc.pre(k <= solved.length)
        const counts = { judged: solved.length, solved: solved.filter(Boolean).length }
        expect(passAtK(counts, k)).toBeCloseTo(byCounting(solved, k), 10)
      }),
    )
  })

  it('lies in [0, 1], grows with k and with the solved, and holds for very many samples', () => {
    const many = fc.integer({ min: 2, max: 100_000 })
    fc.assert(
      fc.property(many, fc.nat(), fc.nat(), (judged, solvedSeed, kSeed) => {
        const solved = solvedSeed % judged
        const k = 1 + (kSeed % (judged - 1))
        const at = passAtK({ judged, solved }, k)!
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThanOrEqual(1)
        expect(passAtK({ judged, solved }, k + 1)!).toBeGreaterThanOrEqual(at - 1e-12)
        expect(passAtK({ judged, solved: solved + 1 }, k)!).toBeGreaterThanOrEqual(at - 1e-12)
      }),
      { numRuns: 200 },
    )
    expect(passAtK({ judged: 100_000, solved: 1 }, 50_000)).toBeCloseTo(0.5, 9)
  })
})

describe('an interval', () => {
  it('is of the mean over tasks, the same for the same seed', () => {
    const values = [0, 0.25, 0.5, 1, 1, 0.75]
    const estimate = estimateOf(values, 'seed')!
    expect(estimate.mean).toBeCloseTo(3.5 / 6, 12)
    expect(estimate).toEqual(estimateOf(values, 'seed'))
    const many = Array.from({ length: 97 }, (_, task) => (task % 10) / 10)
    expect(estimateOf(many, 'seed')).not.toEqual(estimateOf(many, 'other'))
    expect(estimate).toMatchObject({ method: 'bootstrap', resamples: 2000 })
    expect(estimateOf([], 'seed')).toBeUndefined()
  })

  it('has the exact bound where all tasks agree', () => {
    // Ten of ten: 0.025^(1/10), as in any table of Clopper and Pearson.
    expect(estimateOf(Array(10).fill(1), 's')).toMatchObject({
      low: expect.closeTo(0.6915, 4),
      high: 1,
      method: 'exact',
    })
    expect(estimateOf(Array(10).fill(0), 's')).toMatchObject({ low: 0, high: expect.closeTo(0.3085, 4) })
    expect(estimateOf([1], 's')).toMatchObject({ mean: 1, low: 0.025, high: 1 })
  })

  it('agrees with the normal approximation where that holds', () => {
    const random = randomOf('normal')
    const values = Array.from({ length: 400 }, () => (random() < 0.5 ? 1 : 0))
    const { mean, low, high } = estimateOf(values, 's')!
    const error = Math.sqrt((mean * (1 - mean)) / values.length)
    expect(low).toBeCloseTo(mean - 1.96 * error, 1.9)
    expect(high).toBeCloseTo(mean + 1.96 * error, 1.9)
    expect((high - low) / (2 * 1.96 * error)).toBeGreaterThan(0.9)
    expect((high - low) / (2 * 1.96 * error)).toBeLessThan(1.1)
  })

  it('covers the truth about as often as it says, and contains the mean always', () => {
    const random = randomOf('coverage')
    let covered = 0
    const experiments = 200
    for (let experiment = 0; experiment < experiments; experiment++) {
      // Tasks differ in how hard they are: solved with a chance that is uniform, so that the truth is one half.
      const values = Array.from({ length: 60 }, () => {
        const chance = random()
        return Array.from({ length: 4 }, () => Number(random() < chance)).reduce((a, b) => a + b, 0) / 4
      })
      const { mean, low, high } = estimateOf(values, `experiment ${experiment}`)!
      expect(low).toBeLessThanOrEqual(mean)
      expect(high).toBeGreaterThanOrEqual(mean)
      if (low <= 0.5 && high >= 0.5) covered++
    }
    // 95 % of 200 is 190; five standard deviations are 15.
    expect(covered).toBeGreaterThan(175)
  })

  it('is wider for clusters than if all samples were independent', () => {
    // 50 tasks with ten samples each that all agree within a task: there are 50 observations, not 500.
    const values = Array.from({ length: 50 }, (_, task) => (task % 2 === 0 ? 1 : 0))
    const { low, high } = estimateOf(values, 's')!
    expect(high - low).toBeGreaterThan(2 * 1.96 * Math.sqrt(0.25 / 500) * 2)
  })

  it('takes no longer for very many tasks than it can', () => {
    const values = Array.from({ length: 100_000 }, (_, task) => (task % 3 === 0 ? 1 : 0))
    const startedAt = performance.now()
    const { resamples, low, high } = estimateOf(values, 's')!
    expect(resamples).toBe(400)
    expect(high - low).toBeLessThan(0.01)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  })
})
