import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barOf, distanceFromOne, estimate, halfWidth, roughly } from './statistics.ts'

const ratios = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 })

describe('a median with its interval', () => {
  it('lies within its interval, which lies within the values, and depends on the seed alone', () => {
    fc.assert(
      fc.property(ratios, fc.string(), (values, seed) => {
        const found = estimate(values, seed)
        expect(found.low).toBeLessThanOrEqual(found.median)
        expect(found.high).toBeGreaterThanOrEqual(found.median)
        expect(found.low).toBeGreaterThanOrEqual(Math.min(...values))
        expect(found.high).toBeLessThanOrEqual(Math.max(...values))
        expect(estimate(values, seed)).toEqual(found)
      }),
      { numRuns: 20 },
    )
  })

  it('is in the interval for about 95 of 100 samples', () => {
    const spread = (at: number) => 1 + ((at * 7919) % 1000) / 1000
    let inside = 0
    for (let sample = 0; sample < 100; sample++) {
      const values = Array.from({ length: 31 }, (_, at) => spread(sample * 131 + at * 17))
      const { low, high } = estimate(values, `sample ${sample}`)
      if (low <= 1.5 && high >= 1.5) inside++
    }
    expect(inside).toBeGreaterThan(85)
  })

  it('is about the same by ranks', () => {
    for (let sample = 0; sample < 20; sample++) {
      const values = Array.from(
        { length: 15 + 9 * sample },
        (_, at) => 1 + ((at * 7919 + sample) % 997) / 9970,
      )
      const [ranks, drawn] = [roughly(values), estimate(values, 'any')]
      expect(ranks.median).toBe(drawn.median)
      expect(halfWidth(ranks) / halfWidth(drawn)).toBeGreaterThan(0.6)
      expect(halfWidth(ranks) / halfWidth(drawn)).toBeLessThan(1.8)
    }
    expect(roughly([3])).toEqual({ median: 3, low: 3, high: 3 })
  })

  it('has a width relative to the median, and a distance from one', () => {
    expect(halfWidth({ median: 2, low: 1.9, high: 2.1 })).toBeCloseTo(0.05)
    expect(distanceFromOne({ median: 1, low: 0.97, high: 1.01 })).toBeCloseTo(0.03)
    expect(distanceFromOne({ median: 1, low: 1, high: 1 })).toBe(0)
    expect(barOf({ median: 1, low: 0.9, high: 1.02 })).toBeCloseTo(1.1)
    expect(barOf({ median: 1, low: 1, high: 1 })).toBeCloseTo(1.05)
  })
})
