import type { AuditReport, MutantRecord, TaskAudit } from './schema.ts'

/** The mutants of a task that the ordinary check passed and a proof refutes. */
export function escapesOf({ mutants }: Pick<TaskAudit, 'mutants'>): MutantRecord[] {
  return mutants.filter(({ ordinary, proof }) => ordinary === 'survived' && proof === 'refuted')
}

/** A task whose ordinary check passes wrong answers. */
export interface BlindTask {
  readonly task: TaskAudit
  /** The most surprising first. */
  readonly escapes: readonly MutantRecord[]
  readonly surprise: number
}

/**
 * Tasks with escapes, the most surprising first. An escape is as surprising as the checks of all tasks together are
 * good at killing its kind: a mistake in one of 2^16 inputs is missed by nearly all, a dropped reset by few.
 */
export function blindTasks({ tasks, totals }: Pick<AuditReport, 'tasks' | 'totals'>): BlindTask[] {
  const shares = new Map(
    totals.mutants.map(({ kind, killed, survived }) => {
      const dead = killed.refuted + killed.unknown
      return [kind, dead / Math.max(1, dead + survived.refuted)]
    }),
  )
  const surprise = ({ kind }: MutantRecord) => shares.get(kind) ?? 0
  return tasks
    .map((task) => {
      const escapes = escapesOf(task).sort((a, b) => surprise(b) - surprise(a))
      return { task, escapes, surprise: escapes.reduce((sum, one) => sum + surprise(one), 0) }
    })
    .filter(({ escapes }) => escapes.length > 0)
    .sort((a, b) => b.surprise - a.surprise)
}
