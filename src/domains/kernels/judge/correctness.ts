import { InfrastructureError } from '../../../core/errors.ts'
import { seedOf } from '../../../core/seed.ts'
import { answerPaths, type Constants, type KernelsKey } from '../key.ts'
import { outputName } from './claims.ts'
import { noMeasure, type Tried, tellingKind } from './degenerate.ts'
import type { Examiner, Regime } from './examiner.ts'
import type { Expected, Mismatch } from './facts.ts'
import { Fault } from './fault.ts'
import type { Runner } from './runner.ts'
import { numberOf } from './seeds.ts'

/** What an answer was tried with. */
export interface Case {
  readonly regime: Regime
  readonly constants: Constants
  readonly draw: number
}

export interface Checked {
  /** Cases in which it was right. */
  readonly passed: readonly Case[]
  /** What was left out or is weaker than it should be, in words. */
  readonly unchecked: readonly string[]
  /** What kind of inputs to take time with: the problem's own, where outputs tell those apart. */
  readonly timed: Regime
  /** Eager's own error on such inputs, by output: the largest of all draws. */
  readonly errors: readonly number[]
  /** Wall time of the answer's longest call, in seconds. */
  readonly longest: number
}

/** Two of a kind tell whether outputs differ within it. */
const regimes: readonly Regime[] = [
  'given',
  'given',
  'given',
  'signed',
  'signed',
  'large',
  'large',
  'zero',
  'denormal',
]
const furtherRegimes: readonly Regime[] = ['given', 'signed']
/** A call that takes longer than this many seconds of wall time is not looked at further. */
const callSeconds = 120

export interface CheckOptions {
  readonly className?: string
  /** Called once the first case is right: most wrong answers do not come so far. */
  readonly onFirst?: () => void
}

/**
 * Tries an answer on the problem, and on the problem of each further shape: inputs of several kinds, one call each, with
 * weights and inputs that it could not know. Throws `Fault` at the first that is wrong. The candidate has to be loaded;
 * examiner and candidate are left with the problem as it stands in the key.
 */
export async function checkAnswer(
  examiner: Examiner,
  candidate: Runner,
  key: Pick<KernelsKey, 'problem' | 'shapes'>,
  seed: string,
  { className = 'ModelNew', onFirst }: CheckOptions = {},
): Promise<Checked> {
  let longest = 0
  const passed: Case[] = []
  const unchecked: string[] = []
  const errors = new Map<Regime, number[]>()
  const tried: Tried[] = []
  // The problem as it is comes last, so that it is there when time is taken.
  for (const [index, constants] of [...key.shapes, {}].entries()) {
    const further = index < key.shapes.length
    const facts = await examiner.problem(key.problem, constants, numberOf(seed, 'weights', index))
    await candidate.build(className, facts, await examiner.weights())
    await examiner.allot(1)
    await candidate.allot(facts, 1)
    for (const [draw, regime] of (further ? furtherRegimes : regimes).entries()) {
      const one: Case = { regime, constants, draw }
      const values = await examiner.draw(regime, seedOf(seed, 'inputs', index, draw), 1)
      const expected = await examiner.expect(regime)
      const why = reasonToSkip(one, expected, facts.inputs.length)
      if (why !== undefined) {
        unchecked.push(why)
        continue
      }
      if (expected.why !== '' && unchecked.every((said) => !said.includes(expected.why)))
        unchecked.push(`the reference is eager PyTorch, not double precision: ${expected.why}`)
      await candidate.put(0, values)
      const began = performance.now()
      const claims = await candidate.go(0, 1, callSeconds)
      longest = Math.max(longest, (performance.now() - began) / 1000)
      const [outputs = []] = await candidate.take(claims, facts, 0, 1)
      complain(await examiner.check(outputs), one, facts)
      const changed = (await candidate.unchanged(0, values[0] ?? [])).findIndex(
        (same, leaf) => !same && !facts.mutates[leaf],
      )
      if (changed >= 0)
        throw new Fault(
          'mutates-inputs',
          `forward changes its input ${changed}, which ${answerPaths[0]} must leave as it is`,
        )
      if (!further) {
        tried.push({ regime, alike: expected.alike })
        const before = errors.get(regime) ?? []
        errors.set(
          regime,
          expected.errors.map((error, leaf) => Math.max(before[leaf] ?? 0, error)),
        )
      }
      if (passed.push(one) === 1) onFirst?.()
    }
  }
  const timed = examiner.facts.inputs.length > 0 ? tellingKind(tried) : 'given'
  if (timed !== 'given')
    unchecked.push(
      `how fast it is with inputs as the problem draws them, which all give the same output within the judge's tolerance: time is taken ${regimeWords[timed]}`,
    )
  return { passed, unchecked, timed, errors: errors.get(timed) ?? [], longest }
}

/** Inputs as given are never left out; others are where eager PyTorch itself is no measure. */
function reasonToSkip({ regime, constants }: Case, expected: Expected, inputs: number): string | undefined {
  const where = `${regime} inputs${shapeWords(constants)}`
  if (regime === 'given') {
    if (!expected.usable)
      throw new InfrastructureError('problem-does-not-run', expected.why, { retryable: false })
    if (!expected.near) throw noMeasure()
    return undefined
  }
  if (inputs === 0) return `${where}: the problem has no inputs that are tensors`
  if (!expected.usable) return `${where}: ${expected.why}`
  if (!expected.finite) return `${where}: eager PyTorch gives no finite result`
  if (!expected.near) return `${where}: eager PyTorch is far from the result in double precision`
  return undefined
}

function complain(
  mismatches: readonly (Mismatch | null)[],
  { regime, constants }: Case,
  facts: Parameters<typeof outputName>[1],
) {
  const index = mismatches.findIndex((mismatch) => mismatch !== null)
  const found = mismatches[index]
  if (!found) return
  throw new Fault(
    'wrong',
    `${regimeWords[regime]}${shapeWords(constants)}: ${mismatchWords(found, outputName(index, facts))}`,
  )
}

const regimeWords: Readonly<Record<Regime, string>> = {
  given: 'with inputs as the problem draws them',
  signed: 'with inputs of both signs',
  large: 'with inputs 1,000 times as large',
  zero: 'with inputs that are all zero',
  denormal: 'with inputs below the smallest normal number',
}

function shapeWords(constants: Constants): string {
  const parts = Object.entries(constants).map(([name, value]) => `${name} = ${value}`)
  return parts.length === 0 ? '' : ` and ${parts.join(', ')}`
}

/** `the output at [3, 17] is -0.12, expected 0.45; 1,204 of 65,536 elements differ`. */
export function mismatchWords({ at, given, expected, wrong, of }: Mismatch, name: string): string {
  const place = at.length === 0 ? '' : ` at [${at.join(', ')}]`
  const count = `${wrong.toLocaleString('en')} of ${of.toLocaleString('en')} elements differ`
  return `${name}${place} is ${given}, expected ${expected}; ${count}`
}
