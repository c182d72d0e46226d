import type { Lab } from '../../../core/domain.ts'
import type { Rating } from '../../../core/environment.ts'
import { textOf } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Brief } from '../../../core/task.ts'
import { hasFailed } from '../icarus.ts'
import { moduleInBrief, portsInBrief } from '../interface.ts'
import { answerPath } from '../key.ts'
import { portsOf } from '../modules.ts'
import {
  type Constraints,
  constraintText,
  costOf,
  figureOf,
  figuresNeeded,
  measurePpa,
  requireTools,
  resultsOf,
  targetsNeeded,
} from '../ppa/index.ts'
import { tokenize } from '../tokens.ts'
import { compileAlone } from './lint.ts'

/**
 * Compiles at all, has the ports of the brief, few warnings: in that order, up to 1. Where the task constrains the
 * circuit, a candidate with the ports gets from 1 to 2 for how near it comes to the limits, and from 2 to 3 where it
 * meets them all, the more the better its objective. Nothing of it says whether it works.
 */
export async function rateCandidate(
  candidate: Submission,
  { brief, sandbox, lab, constraints }: Given,
  signal: AbortSignal | undefined,
): Promise<Rating> {
  const text = candidate.kind === 'files' ? textOf(candidate.files, answerPath) : undefined
  if (text === undefined) return { score: 0, why: `there is no ${answerPath}` }
  const design = { text, module: moduleInBrief(brief) }
  const { run, log } = await compileAlone(sandbox, design, signal)
  if (hasFailed(run, log)) return { score: 0.1, why: `it does not compile: ${firstError(log)}` }
  const wanted = portsInBrief(brief.instructions, design.module)
  const has = portsOf(tokenize(text).tokens, design.module) ?? new Map()
  const missing = [...wanted].filter(([name, direction]) => has.get(name) !== direction)
  if (missing.length > 0)
    return { score: 0.3, why: `its ports are not the brief's: ${missing.map(([name]) => name).join(', ')}` }
  const warnings = log.split('\n').filter((line) => line.includes('warning:')).length
  const form: Rating = {
    score: 0.5 + 0.5 / (1 + warnings),
    why:
      warnings === 0
        ? 'it compiles cleanly with the ports of the brief'
        : `it compiles with ${warnings} warnings`,
  }
  return constraints ? await rateCircuit(design, form, constraints, lab, signal) : form
}

export interface Given {
  readonly brief: Brief
  readonly sandbox: Sandbox
  readonly lab: Lab
  readonly constraints: Constraints | undefined
}

async function rateCircuit(
  design: { readonly text: string; readonly module: string },
  form: Rating,
  constraints: Constraints,
  lab: Lab,
  signal: AbortSignal | undefined,
): Promise<Rating> {
  const targets = targetsNeeded(constraints)
  // Placement takes most of the time, and only Fmax needs it.
  const placed = figuresNeeded(constraints).includes('fmax')
  const options = { targets, ...(placed ? {} : { seeds: 0 }), ...(signal && { signal }) }
  const ppa = await measurePpa(design, lab, options)
  requireTools(ppa, constraints)
  if (ppa.failed)
    return { score: form.score, why: `${form.why}; no circuit: ${ppa.failed.log.slice(0, 200)}` }
  const { met, cost } = costOf(ppa, constraints)
  const limits = resultsOf(ppa, constraints).map(constraintText)
  const figures = figuresNeeded(constraints).map((name) => `${name} ${figureOf(ppa, name) ?? 'unknown'}`)
  return {
    // Both grow as the cost falls, and keep their order however small the difference.
    score: met ? 2 + 1 / (1 + Math.log1p(cost)) : 1 + 1 / cost,
    why: `${form.why}; ${[...limits, ...figures].join('; ')}`,
  }
}

function firstError(log: string): string {
  return (
    log
      .split('\n')
      .find((line) => line.includes('error'))
      ?.slice(0, 200) ?? 'no reason given'
  )
}
