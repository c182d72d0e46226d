import { z } from 'zod'
import { deed } from '../../../core/actions.ts'
import type { Json, Observation } from '../../../core/environment.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { answerPath } from '../key.ts'
import {
  type Constraints,
  constraintText,
  figuresNeeded,
  figureText,
  measurePpa,
  type Ppa,
  resultsOf,
  type Statistics,
  statisticsOf,
  type Target,
  targetsNeeded,
} from '../ppa/index.ts'
import type { Given } from './rate.ts'
import { cut, failure, textAt } from './workbench.ts'

const input = z.object({
  target: z
    .enum(['osu018', 'ice40', 'both'])
    .optional()
    .describe(
      'what to measure area, delay and power on: OSU 180 nm cells, a Lattice iCE40, or both. Where absent: what the task constrains, or statistics alone',
    ),
})

export function synthesizeDeed(
  sandbox: Sandbox,
  module: string,
  { lab, constraints }: Pick<Given, 'lab' | 'constraints'>,
) {
  return deed({
    description: `Makes a circuit of ${answerPath} and shows what it is made of, what is likely a mistake (latches, combinational loops, several drivers), and, with a target, its area, delay, power, LUTs and Fmax.`,
    input,
    async run({ target }, signal) {
      const text = await textAt(sandbox, answerPath)
      if (text === undefined) return failure(`there is no ${answerPath} yet; write it first`)
      const design = { text, module }
      const targets = targetsOf(target, constraints)
      if (targets.length === 0) return shownStatistics(await statisticsOf(design, lab, signal))
      // Placement takes most of the time: only for who asks for a target, or has a limit on Fmax.
      const placed = target !== undefined || (constraints && figuresNeeded(constraints).includes('fmax'))
      const options = { targets, ...(placed ? {} : { seeds: 0 }), ...(signal && { signal }) }
      const ppa = await measurePpa(design, lab, options)
      return shownPpa(ppa, constraints)
    },
  })
}

function targetsOf(asked: Target | 'both' | undefined, constraints: Constraints | undefined): Target[] {
  if (asked === 'both') return ['osu018', 'ice40']
  if (asked !== undefined) return [asked]
  return constraints ? targetsNeeded(constraints) : []
}

function shownStatistics({ text, problems, missing, failed }: Statistics): Observation {
  if (missing.length > 0) return failure(`${missing.join(', ')} is not installed here`)
  if (failed) return failure(cut(`no circuit can be made of it (${failed.reason}): ${failed.log}`))
  return { ok: true, text: cut([text, ...problemLines(problems)].join('\n')) }
}

function shownPpa(ppa: Ppa, constraints: Constraints | undefined): Observation {
  const { failed, figures, notes, problems } = ppa
  if (failed) return failure(cut(`no circuit can be made of it (${failed.reason}): ${failed.log}`))
  // A limit on what was not measured this time is neither met nor missed.
  const results = (constraints ? resultsOf(ppa, constraints) : []).filter(
    ({ achieved }) => achieved !== undefined,
  )
  const lines = [
    ...figures.map(figureText),
    ...results.map(constraintText),
    ...problemLines(problems),
    ...notes.map((note) => `note: ${note}`),
  ]
  const data = {
    figures: Object.fromEntries(figures.map(({ name, value }) => [name, value])),
    problems: problems.map(({ code }) => code),
  } satisfies Json
  return { ok: figures.length > 0, text: cut(lines.join('\n')), data }
}

function problemLines(problems: Ppa['problems']): string[] {
  if (problems.length === 0) return ['no latches, loops or conflicting drivers']
  return problems.map(({ code, message, at }) => `${code}${at ? ` at ${at}` : ''}: ${message}`)
}
