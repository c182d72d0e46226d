import { describe, expect, it } from 'vitest'
import { recallAt, reciprocalRank } from './accessible.ts'

describe('a ranking of premises', () => {
  const ranked = ['c', 'a', 'x', 'b']
  it('has a recall at each length', () => {
    const wanted = new Set(['a', 'b'])
    expect([1, 2, 3, 4, 10].map((k) => recallAt(k, ranked, wanted))).toEqual([0, 0.5, 0.5, 1, 1])
    expect(() => recallAt(1, ranked, new Set())).toThrow(RangeError)
  })
  it('has the rank of the first that is right', () => {
    expect(reciprocalRank(ranked, new Set(['x', 'b']))).toBe(1 / 3)
    expect(reciprocalRank(ranked, new Set(['z']))).toBe(0)
  })
})
