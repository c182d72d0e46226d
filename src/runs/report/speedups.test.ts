import { describe, expect, it } from 'vitest'
import { SpeedupTally } from './speedups.ts'

const tallied = (trials: readonly [task: string, metrics?: Record<string, number>, rejected?: boolean][]) => {
  const tally = new SpeedupTally()
  for (const [task, metrics, rejected = false] of trials) tally.add(task, rejected, metrics)
  return tally
}
const fastOf = (tally: SpeedupTally) =>
  Object.fromEntries(tally.speedups('seed')!.fast.map(({ p, estimate }) => [p, estimate.mean]))

describe('fast_p', () => {
  it('is the share of tasks that are correct and more than p times as fast', () => {
    const fast = fastOf(
      tallied([
        ['a', { correct: 1, speedup: 3 }],
        ['b', { correct: 1, speedup: 1 }],
        ['c', { correct: 0 }],
        ['d', { correct: 1, speedup: 0.6 }],
      ]),
    )
    expect(fast).toEqual({ 0: 0.75, 0.5: 0.75, 0.8: 0.5, 1: 0.25, 1.5: 0.25, 2: 0.25, 5: 0 })
  })

  it('counts nothing that was rejected, however fast, and everything that was judged', () => {
    const fast = fastOf(
      tallied([['a', { correct: 1, speedup: 9 }, true], ['b'], ['c', { correct: 1, speedup: 9 }]]),
    )
    expect([fast[0], fast[5]]).toEqual([1 / 3, 1 / 3])
  })

  it('averages the samples of a task first', () => {
    const tally = tallied([
      ['a', { correct: 1, speedup: 4 }],
      ['a', { correct: 0 }],
      ['b', { correct: 1, speedup: 16 }],
    ])
    expect(fastOf(tally)[2]).toBe(0.75)
    expect(tally.speedups('seed')?.geometricMean?.mean).toBeCloseTo(8)
  })

  it('gives intervals, the same for the same seed in whatever order trials ended', () => {
    const trials = Array.from({ length: 30 }, (_, at): [string, Record<string, number>] => [
      `t${at}`,
      { correct: at % 3 === 0 ? 0 : 1, speedup: 1 + at / 10 },
    ])
    const speedups = tallied(trials).speedups('seed')!
    expect(speedups).toEqual(tallied(trials.toReversed()).speedups('seed'))
    for (const { low, mean, high } of [
      ...speedups.fast.map(({ estimate }) => estimate),
      speedups.geometricMean!,
    ]) {
      expect(low).toBeLessThanOrEqual(mean)
      expect(high).toBeGreaterThanOrEqual(mean)
    }
    expect(speedups.geometricMean!.low).toBeGreaterThan(1.5)
    expect([speedups.tasks, speedups.tasksCorrect]).toEqual([30, 20])
  })

  it('has no mean where nothing is correct, and takes a speedup of exactly 1 for what it is', () => {
    expect(tallied([['a', { correct: 0 }]]).speedups('seed')).toMatchObject({ geometricMean: null })
    const even = tallied([
      ['a', { correct: 1, speedup: 1 }],
      ['b', { correct: 1, speedup: 1 }],
    ])
    expect(even.speedups('seed')?.geometricMean).toMatchObject({ mean: 1, low: 1, high: 1 })
    expect(tallied([]).speedups('seed')).toBeUndefined()
  })

  it('tells whether any judge measured speed', () => {
    expect([tallied([['a']]).measured, tallied([['a', { correct: 0 }]]).measured]).toEqual([false, true])
  })
})
