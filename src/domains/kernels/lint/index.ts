import type { Lab, Lint } from '../../../core/domain.ts'
import type { Task } from '../../../core/task.ts'
import type { KernelsKey } from '../key.ts'
import { Analyst } from '../shapes/analyst.ts'
import type { LintFinding } from './report.ts'

/**
 * What is odd about a task's problem, for `Domain.lint`. Throws `InfrastructureError` where the problem cannot be run
 * here at all.
 */
export async function lint({ key }: Task<KernelsKey>, lab: Lab): Promise<Lint[]> {
  await using analyst = await Analyst.start(lab)
  const { findings, failed, unexamined } = await analyst.lint(key.problem)
  const told: Lint[] = findings.map((finding) => ({ kind: finding.kind, message: inWords(finding) }))
  if (failed) told.push({ kind: 'not-linted', message: `${failed.kind}: ${failed.why}` })
  if (unexamined > 0)
    told.push({
      kind: 'not-linted',
      message: `${unexamined} operators were not left out in turn: time was over`,
    })
  return told
}

const worlds = {
  given: 'as given',
  redrawn: 'with weights drawn anew',
  signed: 'with signed inputs',
  large: 'with large inputs',
}

/** `without operator 2 of 3 (relu) the output is the same (as given, with weights drawn anew)`. */
export function inWords({ message, holds, tolerance }: LintFinding): string {
  const where = holds.map((one) => worlds[one]).join(', ')
  return `${message} (${[...(where ? [where] : []), ...(tolerance === 'loose' ? ['not within the judge’s tolerance'] : [])].join('; ')})`
}
