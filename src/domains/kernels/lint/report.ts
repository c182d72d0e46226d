import { z } from 'zod'

/** What can be odd about a problem, whoever answers it. */
export const lintKinds = [
  'constant-output',
  'input-independent',
  'zero-output',
  'equals-input',
  'equals-step',
  'uniform-output',
  'shortcut',
  'no-effect',
  'dead-code',
  'random-forward',
  'unused-input',
  'unused-weight',
  'saturated',
] as const
export type LintKind = (typeof lintKinds)[number]

const findingSchema = z.object({
  kind: z.enum(lintKinds),
  /**
   * `tight`: within the judge's own tolerance. `loose`: only within 1e-2 absolute and relative, with which many published
   * results were checked; this judge tells the difference.
   */
  tolerance: z.enum(['tight', 'loose']),
  /**
   * With which values it holds: `given` inputs and weights as the problem draws them; `redrawn` weights, as this judge
   * draws them; then `signed` or `large` inputs too.
   */
  holds: z.array(z.enum(['given', 'redrawn', 'signed', 'large'])).max(4),
  message: z.string().max(4000),
})
export type LintFinding = z.infer<typeof findingSchema>

export const lintReportSchema = z.object({
  findings: z.array(findingSchema).max(500),
  /** Operators that were not left out in turn, because time was over. */
  unexamined: z.number().int().nonnegative().default(0),
  failed: z.object({ kind: z.string().max(100), why: z.string().max(4000) }).optional(),
  /** Wall time. */
  seconds: z.number().nonnegative(),
})
/** These are found in what forward does, not in the values. */
const structural = new Set<LintKind>(['dead-code', 'random-forward', 'unused-input', 'unused-weight'])

/**
 * When a finding holds: `always`; `inputs`, with inputs as they are drawn only, whatever the weights; `weights`, with
 * weights as they are initialised only; `loose`, to 1e-2 only; undefined where no values as they are drawn show it.
 */
export function whenOf({
  kind,
  tolerance,
  holds,
}: LintFinding): 'always' | 'inputs' | 'weights' | 'loose' | undefined {
  if (structural.has(kind)) return 'always'
  if (tolerance === 'loose') return 'loose'
  if (holds.includes('redrawn'))
    return holds.includes('signed') && holds.includes('large') ? 'always' : 'inputs'
  return holds.includes('given') ? 'weights' : undefined
}
export type LintReport = z.infer<typeof lintReportSchema>
