import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InfrastructureError, UsageError } from '../../../core/errors.ts'
import { type FigureName, figureUnits, type Ppa } from './figures.ts'
import { type Constraints, costOf, readConstraints, scoreOf, targetsNeeded } from './objective.ts'

const ppaOf = (values: Partial<Record<FigureName, number>>, rest: Partial<Ppa> = {}): Ppa => ({
  figures: (Object.entries(values) as [FigureName, number][]).map(([name, value]) => ({
    name,
    value,
    unit: figureUnits[name],
    tool: 'test 1',
  })),
  tools: {},
  notes: [],
  problems: [],
  missing: [],
  netlists: {},
  ...rest,
})
const reference = ppaOf({ area: 1000, delay: 2, power: 0.5, luts: 20, fmax: 200 })

describe('constraints of a task', () => {
  it('are read from its brief, strictly', () => {
    expect(readConstraints(undefined)).toBeUndefined()
    expect(readConstraints({ other: 1 })).toBeUndefined()
    expect(readConstraints({ constraints: { area_um2: 1200, objective: 'area' } })).toEqual({
      area_um2: 1200,
      objective: 'area',
    })
    for (const wrong of [{}, { area: 1 }, { area_um2: -1 }, { objective: 'beauty' }, { objective: {} }, 3])
      expect(() => readConstraints({ constraints: wrong }), JSON.stringify(wrong)).toThrow(UsageError)
  })

  it('say what has to be measured', () => {
    expect(targetsNeeded({ fmax_mhz: 100 })).toEqual(['ice40'])
    expect(targetsNeeded({ luts: 5, objective: { power: 1 } })).toEqual(['osu018', 'ice40'])
  })
})

describe('the score', () => {
  it('is 1 exactly where all constraints are met, and else says how near it came', () => {
    const constraints: Constraints = { area_um2: 900, fmax_mhz: 250 }
    expect(scoreOf(ppaOf({ area: 900, fmax: 250 }), constraints, reference)).toMatchObject({
      met: true,
      score: 1,
    })
    const missed = scoreOf(ppaOf({ area: 1000, fmax: 200 }), constraints, reference)
    expect(missed.met).toBe(false)
    expect(missed.score).toBeCloseTo(Math.sqrt(0.9 * 0.8))
    expect(missed.constraints.map(({ met }) => met)).toEqual([false, false])
  })

  it('tells by how much the reference is beaten, by one figure or by weights', () => {
    const better = ppaOf({ area: 800, delay: 4, fmax: 400 })
    expect(scoreOf(better, { objective: 'area' }, reference).improvement).toBeCloseTo(1.25)
    expect(scoreOf(better, { objective: 'fmax' }, reference).improvement).toBeCloseTo(2)
    const both = scoreOf(better, { objective: { area: 3, delay: 1 } }, reference)
    expect(both.improvement).toBeCloseTo((1.25 ** 3 * 0.5) ** (1 / 4))
    expect(both.metrics).toContainEqual({ name: 'reference-area', value: 1000, unit: 'µm²' })
    expect(scoreOf(ppaOf({ area: 0 }), { objective: 'area' }, reference).improvement).toBeCloseTo(1000)
  })

  it('is 0 where no circuit could be made, and the limits are not met', () => {
    const failed = ppaOf({}, { failed: { reason: 'front-end', log: 'real' } })
    expect(scoreOf(failed, { area_um2: 10 }, reference)).toMatchObject({ met: false, score: 0 })
    expect(scoreOf(failed, { objective: 'area' }, reference)).toMatchObject({ met: false, score: 0 })
    expect(costOf(failed, { area_um2: 10 }).cost).toBe(Number.POSITIVE_INFINITY)
  })

  it('is not given where a program is missing or the reference cannot be measured', () => {
    const missing = ppaOf({ area: 1 }, { missing: ['opensta'] })
    expect(() => scoreOf(missing, { delay_ns: 1 }, reference)).toThrow(/opensta.*doctor/)
    expect(() => scoreOf(reference, { delay_ns: 1 }, ppaOf({ area: 1 }))).toThrow(InfrastructureError)
    expect(scoreOf(missing, { area_um2: 2 }, reference).met).toBe(true)
  })

  it('never rises when a figure gets worse, and stays in [0, 1]', () => {
    const positive = fc.double({ min: 0.001, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(
        positive,
        positive,
        positive,
        fc.double({ min: 1, max: 100, noNaN: true }),
        (limit, delay, area, worse) => {
          const constraints: Constraints = { area_um2: limit, delay_ns: 2, objective: 'area' }
          const [one, two] = [ppaOf({ area, delay }), ppaOf({ area: area * worse, delay })]
          const [a, b] = [one, two].map((ppa) => scoreOf(ppa, constraints, reference))
          expect(a!.score).toBeGreaterThanOrEqual(b!.score)
          expect(a!.score === 1).toBe(a!.met)
          expect(b!.score).toBeGreaterThanOrEqual(0)
          const [first, second] = [costOf(one, constraints), costOf(two, constraints)]
          expect(first.met || !second.met).toBe(true)
          if (first.met === second.met) expect(first.cost).toBeLessThanOrEqual(second.cost)
        },
      ),
    )
  })
})
