import { InfrastructureError } from '../core/errors.ts'
import { judgeAlone } from '../core/judging.ts'
import { seedOf } from '../core/seed.ts'
import { emptySubmission } from '../core/submission.ts'
import type { Task } from '../core/task.ts'
import { domainOf } from '../domains/registry.ts'
import type { Audit, Audited } from '../forge/engine/item.ts'
import type { StepMeans } from '../forge/engine/steps.ts'
import { auditTask } from '../runs/audit/audit-task.ts'
import { distrustOf } from '../runs/audit/report.ts'

/**
 * The attack in an environment that a forge makes: the one that looks for a flag where the forge itself may have left one.
 * The others try the sandbox more than the task, and each takes an environment of its own, seconds of work for each of
 * hundreds of tasks: `touchstone audit` has them all.
 */
const looking = ['files-of-the-service']

/** For --help, the report, and to tell audits apart. */
export const auditTakes = `the oracle twice where there is one, nop, every attack that only hands something in, and ${looking.join(', ')}; touchstone audit makes the others`

/** The audit that a task takes before it is part of a suite. */
export function forgeAudit(means: StepMeans): Audit {
  return { what: auditTakes, audit: (task, signal) => auditOne(task, { ...means, signal }) }
}

async function auditOne(task: Task, means: StepMeans): Promise<Audited> {
  const domain = await domainOf(task.domain)
  const chosen = domain.attacks.filter(
    (attack) => looking.includes(attack.name) || typeof attack.submission(task) === 'object',
  )
  const audited = await auditTask(task.origin.suite, task, domain, {
    ...means,
    seed: 'forge',
    mutants: 0,
    attacks: chosen.map(({ name }) => name),
    keep: async () => [],
  })
  const findings = distrustOf(audited).map(({ message }) => message)
  if (!audited.hasOracle) findings.push(...(await disagreement(task, means)))
  if (findings.length > 0) return { ok: false, findings }
  const [voided] = audited.voids
  if (voided)
    throw new InfrastructureError(voided.code, `${voided.step}: ${voided.message}`, { retryable: false })
  return { ok: true, findings: [] }
}

/** Where nothing solves the task, whether two judgements on nothing at all agree. */
async function disagreement(task: Task, { openLab, signal }: StepMeans): Promise<string[]> {
  const domain = await domainOf(task.domain)
  const judge = async (seed: string) => {
    const setup = { task, domain, openLab, signal, seed: seedOf('forge audit', task.id, seed) }
    const { outcome, score, reason } = await judgeAlone(setup, emptySubmission(task.brief.answer))
    return `${outcome}, ${reason}, ${score}`
  }
  const [one, other] = [await judge('one'), await judge('other')]
  return one === other ? [] : [`two judgements of an empty submission differ: ${one} and ${other}`]
}
