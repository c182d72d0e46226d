import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitsOf } from './splits.ts'

const entries = (directories: readonly number[]) =>
  directories.flatMap((count, directory) =>
    Array.from({ length: count }, (_, at) => ({ id: `${directory}:${at}`, file: `d${directory}/f.v` })),
  )

describe('splits', () => {
  it('have every theorem once, in the order of the trace, the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 12 }), fc.string(), (directories, seed) => {
        const all = entries(directories)
        const place = new Map(all.map(({ id }, at) => [id, at]))
        const splits = splitsOf(all, seed)
        expect(splits).toEqual(splitsOf(all, seed))
        for (const { train, validation, test } of splits) {
          expect(new Set([...train, ...validation, ...test])).toEqual(new Set(place.keys()))
          expect(train.length + validation.length + test.length).toBe(all.length)
          for (const part of [train, validation, test]) {
            const places = part.map((id) => place.get(id) as number)
            expect(places).toEqual(places.toSorted((a, b) => a - b))
          }
        }
      }),
    )
  })

  it('by time train on what comes before; by directory, on other directories', () => {
    const all = entries([30, 20, 10, 10, 10, 5, 5, 5, 5])
    const [chronological, random, unseen] = splitsOf(all, 'seed')
    const ids = all.map(({ id }) => id)
    expect([...chronological!.train, ...chronological!.validation, ...chronological!.test]).toEqual(ids)
    expect(random!.test).not.toEqual(chronological!.test)
    expect(random!.test).toHaveLength(10)
    const tested = new Set(unseen!.test.map((id) => `d${id.split(':')[0]}`))
    expect([...tested].sort()).toEqual(unseen!.unseen)
    expect(unseen!.test.length).toBeGreaterThanOrEqual(10)
    for (const id of [...unseen!.train, ...unseen!.validation])
      expect(tested).not.toContain(`d${id.split(':')[0]}`)
    expect(splitsOf(all, 'other')[1]!.test).not.toEqual(random!.test)
  })
})
