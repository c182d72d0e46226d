import type { Lab } from '../../../../core/domain.ts'
import type { ResourceLimits } from '../../../../core/limits.ts'
import type { Finished } from '../../../../core/sandbox.ts'
import { type Course, type End, unsolved } from '../course.ts'
import type { Prepared } from './prepare.ts'

/** What the steps of a judgement work with. */
export interface Means {
  readonly prepared: Prepared
  readonly course: Course
  readonly lab: Lab
  /** Of each sandbox in which something of the answer's runs. */
  readonly limits: Partial<ResourceLimits>
  /** Throws `InfrastructureError` where the tools do not work on the task's own files now. */
  healthy(): Promise<void>
}

/**
 * Why a program came to no end of its own, undefined where it did. A program that only dies on the answer does so by
 * the answer: else an answer could make every judgement of it void.
 */
export async function deathOf(finished: Finished, doing: string, means: Means): Promise<End | undefined> {
  const { limit, timedOut, signal, exitCode } = finished
  const text = new TextDecoder().decode(finished.stderr)
  if (limit === 'memory' || /^(?:Fatal error: )?(?:Out of memory|exception Out_of_memory)/m.test(text))
    return unsolved('memory', `${doing} takes more memory than the judge gives`)
  if (limit === 'cpu')
    return unsolved('time', `${doing} takes more than ${means.limits.cpuSeconds} s of processor time`)
  if (limit !== null && limit !== 'wall' && limit !== 'output')
    return unsolved('resources', `${doing} ran into the limit on ${limit}`)
  // Rocq ends with 129 where it meets an anomaly, which a sandbox cannot tell from a hang-up; that is an error of its own.
  const killed = signal !== 'SIGHUP' && (signal !== null || exitCode === null || exitCode > 129)
  if (!timedOut && !killed) return undefined
  if (limit === 'output') return unsolved('resources', `${doing} prints more than the judge keeps`)
  await means.healthy()
  return timedOut
    ? unsolved('time', `${doing} does not come to an end`)
    : unsolved(
        'crash',
        `${doing} ends the prover with ${signal ?? `exit code ${exitCode}`}; it works on the task's own files`,
      )
}
