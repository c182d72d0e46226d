import { describe, expect, it } from 'vitest'
import { isFaster, whyNotFaster } from './faster.ts'
import type { Timed } from './timing.ts'

/** Of an answer that takes so many microseconds a call beside eager's hundred. */
const timed = (candidate: number, idle: number): Timed => ({
  pairs: Array.from({ length: 15 }, () => ({ baseline: 100e-6, twin: 100e-6, candidate: candidate * 1e-6 })),
  calls: 1,
  speedup: { median: 100 / candidate, low: 99 / candidate, high: 101 / candidate },
  same: { median: 1, low: 0.99, high: 1.01 },
  idle: idle * 1e-6,
  written: 0,
  drawn: '',
})

describe('faster', () => {
  it('is what beats eager by more than 5 % and saves more than two idle calls cost', () => {
    expect(isFaster(timed(50, 20))).toBe(true)
    expect(isFaster(timed(98, 1))).toBe(false)
    expect(whyNotFaster(timed(98, 1))).toBeUndefined()
    expect(isFaster(timed(70, 40))).toBe(false)
    expect(whyNotFaster(timed(70, 40))).toContain('twice the 40 µs')
    expect(whyNotFaster(timed(50, 20))).toBeUndefined()
  })
})
