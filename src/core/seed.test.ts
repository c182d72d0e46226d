import { expect, it } from 'vitest'
import { randomOf, seedOf } from './seed.ts'

it('seeds differ where any part does, and not otherwise', () => {
  expect(seedOf('a', 1)).toBe(seedOf('a', 1))
  const seeds = [seedOf('a', 1), seedOf('a', 2), seedOf('a1'), seedOf('a', '1'), seedOf('', 'a', 1)]
  expect(new Set(seeds).size).toBe(seeds.length)
})

it('numbers are uniform in [0, 1) and the same for the same seed', () => {
  const [one, two] = [randomOf('seed'), randomOf('seed')]
  const buckets = new Array<number>(10).fill(0)
  for (let at = 0; at < 10_000; at++) {
    const value = one()
    expect(two()).toBe(value)
    buckets[Math.floor(value * 10)]!++
  }
  for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150)
})
