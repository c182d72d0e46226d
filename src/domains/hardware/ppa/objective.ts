import { z } from 'zod'
import { InfrastructureError, UsageError } from '../../../core/errors.ts'
import type { Settings } from '../../../core/task.ts'
import type { Metric } from '../../../core/verdict.ts'
import { type FigureName, figureOf, figureUnits, type Ppa, type Target, targetOf } from './figures.ts'

const limit = z.number().positive()
const weight = z.number().positive()

/** What may be made better; for `fmax` more is better, for all others less. */
export const objectiveNames = ['area', 'delay', 'power', 'luts', 'fmax'] as const
export type ObjectiveName = (typeof objectiveNames)[number]

/**
 * The table `[brief.constraints]` of a task. The limits are largest values, and for `fmax_mhz` the smallest. What
 * the reference reaches is measured and not written down.
 */
export const constraintsSchema = z
  .strictObject({
    area_um2: limit.optional(),
    delay_ns: limit.optional(),
    power_mw: limit.optional(),
    luts: limit.optional(),
    fmax_mhz: limit.optional(),
    objective: z
      .union([
        z.enum(objectiveNames),
        z
          .strictObject({
            area: weight.optional(),
            delay: weight.optional(),
            power: weight.optional(),
            luts: weight.optional(),
            fmax: weight.optional(),
          })
          .refine((weights) => Object.keys(weights).length > 0, 'has no weight'),
      ])
      .optional(),
  })
  .refine((table) => Object.keys(table).length > 0, 'has neither a limit nor an objective')
export type Constraints = z.infer<typeof constraintsSchema>

const limited = {
  area_um2: 'area',
  delay_ns: 'delay',
  power_mw: 'power',
  luts: 'luts',
  fmax_mhz: 'fmax',
} as const satisfies Record<string, ObjectiveName>

/** Values at or below these count as these, so that a circuit of wires alone has a finite ratio. */
const floors: Readonly<Record<ObjectiveName, number>> = {
  area: 1,
  delay: 0.01,
  power: 1e-6,
  luts: 1,
  fmax: 0.1,
}

/** The constraints of a brief's settings; undefined where it has none. Throws `UsageError` (`bad-task`). */
export function readConstraints(settings: Settings | undefined): Constraints | undefined {
  if (settings?.constraints === undefined) return undefined
  const parsed = constraintsSchema.safeParse(settings.constraints)
  if (parsed.success) return parsed.data
  throw new UsageError('bad-task', `[brief.constraints] is not right: ${z.prettifyError(parsed.error)}`)
}

/** What has to be measured to score by these constraints. */
export function figuresNeeded(constraints: Constraints): ObjectiveName[] {
  const asked = new Set<ObjectiveName>([
    ...limitsOf(constraints).map(({ figure }) => figure),
    ...weightsOf(constraints).map(([name]) => name),
  ])
  return objectiveNames.filter((name) => asked.has(name))
}

export function targetsNeeded(constraints: Constraints): Target[] {
  return [...new Set(figuresNeeded(constraints).map(targetOf))]
}

/** How a design stands against one limit. */
export interface ConstraintResult {
  /** As in the task: `area_um2`. */
  readonly name: keyof typeof limited
  readonly limit: number
  readonly unit: string
  /** Undefined where no circuit could be made, or the figure has no meaning for it. */
  readonly achieved: number | undefined
  readonly met: boolean
  /** 1 where it is met, else how near it came: limit ÷ achieved (for `fmax_mhz` achieved ÷ limit). */
  readonly share: number
}

/** How good a working design is under a task's constraints. */
export interface PpaScore {
  readonly constraints: readonly ConstraintResult[]
  readonly met: boolean
  /**
   * 1 exactly where all constraints are met; else the geometric mean of their shares, so that it says how near the
   * design came. 0 where no circuit could be made of it.
   */
  readonly score: number
  /**
   * Reference ÷ achieved (for `fmax` the reverse): 1.25 is a quarter better than the reference. With weights the
   * weighted geometric mean. Undefined where there is no objective, or the figure is absent.
   */
  readonly improvement: number | undefined
  /** The same for each figure of the objective. */
  readonly improvements: readonly { readonly name: ObjectiveName; readonly ratio: number }[]
  /** For a verdict: `improvement` and the achieved figures against the reference's. */
  readonly metrics: readonly Metric[]
}

/**
 * Weighs the figures of a working design. Throws `InfrastructureError` where a program that a constraint needs is
 * not installed (`no-ppa-tool`), or where the reference itself has not got the figure (`broken-key`): neither says
 * anything about the design.
 */
export function scoreOf(ppa: Ppa, constraints: Constraints, reference: Ppa): PpaScore {
  requireTools(ppa, constraints)
  requireTools(reference, constraints)
  requireReference(reference, constraints)
  const results = resultsOf(ppa, constraints)
  const met = results.every((result) => result.met) && ppa.failed === undefined
  const improvements = weightsOf(constraints).flatMap(([name]) => {
    const [achieved, before] = [figureOf(ppa, name), figureOf(reference, name)]
    if (achieved === undefined || before === undefined) return []
    return [{ name, ratio: costOfFigure(name, before) / costOfFigure(name, achieved) }]
  })
  const improvement = weightedMean(constraints, improvements)
  return {
    constraints: results,
    met,
    score: met ? 1 : nearness(results, ppa),
    improvement,
    improvements,
    metrics: [
      ...(improvement === undefined ? [] : [{ name: 'improvement', value: improvement, unit: '1' }]),
      ...figuresNeeded(constraints).flatMap((name) => [
        ...metricOf(name, name, ppa),
        ...metricOf(`reference-${name}`, name, reference),
      ]),
    ],
  }
}

/**
 * One number to compare candidates by where there is no reference: less is better. Constraints come first: any
 * design that meets them all is better than any that does not. Infinite where there is no circuit.
 */
export function costOf(ppa: Ppa, constraints: Constraints): { met: boolean; cost: number } {
  const results = resultsOf(ppa, constraints)
  const met = results.every((result) => result.met) && ppa.failed === undefined
  if (!met) return { met, cost: 1 / nearness(results, ppa) }
  const weights = weightsOf(constraints)
  const total = weights.reduce((sum, [, each]) => sum + each, 0)
  let log = 0
  for (const [name, each] of weights) {
    const value = figureOf(ppa, name)
    if (value === undefined) return { met, cost: Number.POSITIVE_INFINITY }
    log += (each / total) * Math.log(costOfFigure(name, value))
  }
  return { met, cost: Math.exp(log) }
}

/** One line a constraint: `area_um2: 1411 of at most 1200 µm², not met`. */
export function constraintText({ name, limit, unit, achieved, met }: ConstraintResult): string {
  const side = name === 'fmax_mhz' ? 'at least' : 'at most'
  const value = achieved === undefined ? 'not measured' : Number(achieved.toPrecision(5))
  return `${name}: ${value}, ${side} ${limit} ${unit}: ${met ? 'met' : 'not met'}`
}

/** How a design stands against each limit. */
export function resultsOf(ppa: Ppa, constraints: Constraints): ConstraintResult[] {
  return limitsOf(constraints).map(({ name, figure, limit }) => {
    const achieved = figureOf(ppa, figure)
    const ratio = achieved === undefined ? 0 : costOfFigure(figure, limit) / costOfFigure(figure, achieved)
    const met = achieved !== undefined && (figure === 'fmax' ? achieved >= limit : achieved <= limit)
    return { name, limit, unit: figureUnits[figure], achieved, met, share: met ? 1 : Math.min(ratio, 0.999) }
  })
}

/** Throws `InfrastructureError` (`no-ppa-tool`) where a figure that the constraints need has no program here. */
export function requireTools(ppa: Ppa, constraints: Constraints): void {
  const absent = figuresNeeded(constraints).filter((name) => figureOf(ppa, name) === undefined)
  if (ppa.missing.length === 0 || absent.length === 0) return
  throw new InfrastructureError(
    'no-ppa-tool',
    `${absent.join(' and ')} cannot be measured without ${ppa.missing.join(', ')}; \`touchstone doctor\` prints what to install`,
    { retryable: false },
  )
}

function requireReference(reference: Ppa, constraints: Constraints): void {
  const absent = figuresNeeded(constraints).filter((name) => figureOf(reference, name) === undefined)
  if (absent.length === 0) return
  const why = reference.failed?.log ?? reference.notes.at(-1) ?? ''
  throw new InfrastructureError(
    'broken-key',
    `the task constrains ${absent.join(' and ')}, and its reference has no such figure: ${why}`,
    { retryable: false },
  )
}

function limitsOf(constraints: Constraints) {
  return (Object.keys(limited) as (keyof typeof limited)[]).flatMap((name) => {
    const value = constraints[name]
    return value === undefined ? [] : [{ name, figure: limited[name], limit: value }]
  })
}

function weightsOf({ objective }: Constraints): (readonly [ObjectiveName, number])[] {
  if (objective === undefined) return []
  if (typeof objective === 'string') return [[objective, 1]]
  return objectiveNames.flatMap((name) => {
    const value = objective[name]
    return value === undefined ? [] : [[name, value] as const]
  })
}

/** Less is better: a frequency counts by its period. */
function costOfFigure(name: ObjectiveName, value: number): number {
  const held = Math.max(value, floors[name])
  return name === 'fmax' ? 1 / held : held
}

function weightedMean(
  constraints: Constraints,
  ratios: readonly { readonly name: ObjectiveName; readonly ratio: number }[],
): number | undefined {
  const weights = weightsOf(constraints)
  if (weights.length === 0 || ratios.length < weights.length) return undefined
  const total = weights.reduce((sum, [, each]) => sum + each, 0)
  const log = weights.reduce((sum, [, each], index) => sum + each * Math.log(ratios[index]!.ratio), 0)
  return Math.exp(log / total)
}

function nearness(results: readonly ConstraintResult[], ppa: Ppa): number {
  if (ppa.failed !== undefined || results.length === 0) return 0
  return results.reduce((product, { share }) => product * share, 1) ** (1 / results.length)
}

function metricOf(name: string, figure: FigureName, ppa: Ppa): Metric[] {
  const value = figureOf(ppa, figure)
  return value === undefined ? [] : [{ name, value, unit: figureUnits[figure] }]
}
