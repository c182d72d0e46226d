import { describe, expect, it } from 'vitest'
import { claimsSchema, placesOf } from './claims.ts'
import type { Facts } from './facts.ts'

const output = { shape: [4, 8], strides: [8, 1], dtype: 'float32', bytes: 128 }
const facts: Facts = {
  init: null,
  weights: [],
  tree: null,
  inputs: [],
  mutates: [],
  form: 't',
  outputs: [output],
}

function claim(shape: number[], strides: number[], dtype = 'float32', address = 4096, form = 't') {
  return {
    kinds: [{ form, leaves: [[shape, strides, dtype] as [number[], number[], string]] }],
    calls: [[0, address]],
  }
}

describe('what a worker claims of its outputs', () => {
  it('is where an output is to be read, with the bytes from its first to its last element', () => {
    expect(placesOf(claim([4, 8], [8, 1]), facts, 1)[0]?.[0]).toMatchObject({ address: 4096, bytes: 128 })
    expect(placesOf(claim([4, 8], [1, 4]), facts, 1)[0]?.[0]?.bytes).toBe(128)
    expect(placesOf(claim([4, 8], [0, 1]), facts, 1)[0]?.[0]?.bytes).toBe(32)
  })

  it.each([
    ['another shape', claim([8, 4], [4, 1]), 'has shape [8, 4]; expected [4, 8]'],
    ['another dtype', claim([4, 8], [8, 1], 'float16'), 'has dtype float16'],
    ['another form', claim([4, 8], [8, 1], 'float32', 4096, '(t,t)'), 'returns (tensor,tensor)'],
    ['no address', claim([4, 8], [8, 1], 'float32', -1), 'no plain tensor'],
    ['strides of another rank', claim([4, 8], [1]), 'no plain tensor'],
    ['an output that is spread over all of memory', claim([4, 8], [2 ** 40, 1]), 'is spread over'],
    ['a kind that was not told', { kinds: [], calls: [[0, 4096]] }, 'makes no sense'],
    ['fewer calls than were made', { ...claim([4, 8], [8, 1]), calls: [] }, 'tells of 0 outputs'],
  ])('is a fault of its own with %s', (_, claims, words) => {
    expect(() => placesOf(claims, facts, 1)).toThrow(words)
  })

  it('is refused where it is no claim at all', () => {
    for (const odd of [null, {}, { kinds: 1, calls: [] }, claim([4, -8], [8, 1]), claim([4.5, 8], [8, 1])])
      expect(claimsSchema.safeParse(odd).success).toBe(false)
    expect(claimsSchema.safeParse(claim([4, 8], [-8, 1])).success).toBe(false)
    expect(claimsSchema.safeParse({ kinds: [], calls: [[0, Number.MAX_VALUE]] }).success).toBe(false)
  })
})
