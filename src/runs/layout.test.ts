import fc from 'fast-check'
import { expect, it } from 'vitest'
import { safeName, trialId } from './layout.ts'

const identity = { suite: 's', task: 't', agent: 'react', model: 'openai/gpt-5.2:free', sample: 3 }

it('names a trial so that people can read it', () => {
  expect(trialId(identity)).toBe('s/t/react@openai+gpt-5.2~free.3')
  expect(trialId({ ...identity, agent: 'best-of:k=8', model: null })).toBe('s/t/best-of~k=8.3')
})

it('makes names that are safe, short and different for different names', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.constantFrom(
      '.',
      '..',
      '../../etc/passwd',
      '',
      'a/b',
      'a+b',
      'a%2Bb',
      'A\0',
      '%',
      '%-',
      '%2E',
      'x'.repeat(5000),
    ),
    fc.stringMatching(/^[.+~%@/: a]{1,6}$/),
  )
  fc.assert(
    fc.property(hostile, hostile, (one, other) => {
      // A lone surrogate has no UTF-8 of its own; it is written as U+FFFD, and so is every other.
      fc.pre(one.isWellFormed() && other.isWellFormed())
      for (const name of [one, other]) {
        expect(safeName(name)).toMatch(/^[A-Za-z0-9_=,+~%-][A-Za-z0-9._=,+~%-]*$/)
        expect(safeName(name).length).toBeLessThanOrEqual(200)
      }
      expect(safeName(one) === safeName(other)).toBe(one === other)
    }),
    { numRuns: 3000 },
  )
})

it('never gives two trials one file', () => {
  const part = fc.stringMatching(/^[a.@/:+%~1]{1,4}$/)
  const trial = fc.record({
    suite: part,
    task: part,
    agent: part,
    model: fc.option(part),
    sample: fc.integer({ min: 1, max: 12 }),
  })
  fc.assert(
    fc.property(trial, trial, (one, other) => {
      expect(trialId(one) === trialId(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
    { numRuns: 3000 },
  )
})
