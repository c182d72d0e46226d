import { safeText } from '../../pages/text.ts'
import { countOf } from '../report/words.ts'
import type { AuditReport, TaskAudit, VoidStep } from './schema.ts'

/** How an audit is written, alike in the table and in the page. */

/** `hardware-basics/fifo`, or the task alone where the audit has one suite. */
export function taskName(
  { settings }: AuditReport,
  { suite, task }: { suite: string; task: string },
): string {
  return safeText(settings.suites.length === 1 ? task : `${suite}/${task}`)
}

/** The answer to what was asked, in one sentence. */
export function conclusionOf({ trusted, distrust, totals, planned, done }: AuditReport): string {
  if (distrust.length > 0) {
    const tasks = new Set(distrust.map(({ suite, task }) => `${suite}/${task}`)).size
    return `${countOf(tasks, 'task')} of ${done} ${tasks === 1 ? 'has a judge' : 'have judges'} that cannot be trusted.`
  }
  const blind = totals.escapes > 0 ? ' Some wrong answers pass the ordinary check; a proof sees them.' : ''
  if (trusted) return `Nothing speaks against these judges, in ${countOf(done, 'task')}.${blind}`
  return `Nothing speaks against these judges so far, but ${missing(planned - done, totals.void)}.${blind}`
}

function missing(open: number, voids: number): string {
  const parts = [
    ...(open > 0 ? [`${countOf(open, 'task')} ${open === 1 ? 'is' : 'are'} not done`] : []),
    ...(voids > 0 ? [`${countOf(voids, 'step')} ${voids === 1 ? 'is' : 'are'} void`] : []),
  ]
  return parts.join(' and ')
}

/** Steps that failed for the same reason together. */
export function voidOf({ voids }: TaskAudit): { steps: string; step: VoidStep }[] {
  const groups = new Map<string, VoidStep[]>()
  for (const step of voids) {
    const key = JSON.stringify([step.code, step.message])
    groups.set(key, [...(groups.get(key) ?? []), step])
  }
  return [...groups.values()].map((group) => {
    const [first] = group
    const more = group.length > 1 ? ` and ${group.length - 1} more` : ''
    return { steps: `${first!.step}${more}`, step: first! }
  })
}

/** What is odd about the tasks themselves: for each kind, the tasks, with what was said of each. */
export function lintsOf({
  tasks,
}: Pick<AuditReport, 'tasks'>): { kind: string; found: { task: TaskAudit; messages: string[] }[] }[] {
  const kinds = new Map<string, Map<TaskAudit, string[]>>()
  for (const task of tasks)
    for (const { kind, message } of task.lints) {
      const found = kinds.get(kind) ?? new Map<TaskAudit, string[]>()
      kinds.set(kind, found)
      found.set(task, [...(found.get(task) ?? []), message])
    }
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, found]) => ({ kind, found: [...found].map(([task, messages]) => ({ task, messages })) }))
}

/** Whether there is anything to show of mutants: not every domain makes them. */
export function hasMutants({ tasks }: Pick<AuditReport, 'tasks'>): boolean {
  return tasks.some(({ made, mutants }) => made > 0 || mutants.length > 0)
}

/** What an audit was asked for, in words. */
export function askedOf(report: AuditReport): string {
  const { mutants, attacks, task, limit, seed } = report.settings
  // Before the first task is done nobody knows whether the domain makes any.
  const none = mutants === 0 || (report.done > 0 && !hasMutants(report))
  return [
    none ? 'no mutants' : `at most ${countOf(mutants, 'mutant')} of each task`,
    ...(attacks ? [`only the attacks ${attacks.join(', ')}`] : []),
    ...(task === null ? [] : [`only tasks that match ${task}`]),
    ...(limit === null ? [] : [`at most ${countOf(limit, 'task')} of each suite`]),
    `seed ${seed}`,
  ]
    .map((part) => safeText(part))
    .join(', ')
}
