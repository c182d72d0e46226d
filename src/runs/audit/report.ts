import { writeAtomically } from '../../core/atomic.ts'
import { UsageError } from '../../core/errors.ts'
import { auditFiles, readSettings, readTasks } from './files.ts'
import {
  type AuditReport,
  auditVersion,
  type Distrust,
  type Proofs,
  type TaskAudit,
  type Totals,
} from './schema.ts'

/** What an audit shows, also while it is under way. Throws `UsageError` (`not-an-audit`, `broken-audit`). */
export async function auditReportOf(directory: string): Promise<AuditReport> {
  const settings = await readSettings(directory)
  if (settings === undefined)
    throw new UsageError(
      'not-an-audit',
      `${directory} is not an audit: it has no settings.json. Name a directory that touchstone audit wrote`,
    )
  const order = new Map(settings.suites.map(({ name }, index) => [name, index]))
  const tasks = (await readTasks(directory)).sort(
    (a, b) => order.get(a.suite)! - order.get(b.suite)! || (a.task < b.task ? -1 : 1),
  )
  const planned = settings.suites.reduce((sum, suite) => sum + suite.tasks, 0)
  const distrust = tasks.flatMap(distrustOf)
  return {
    schema: auditVersion,
    directory,
    settings,
    planned,
    done: tasks.length,
    trusted: distrust.length === 0 && tasks.length === planned && tasks.every((task) => !isVoid(task)),
    distrust,
    totals: totalsOf(tasks),
    tasks,
  }
}

/** Writes `audit.json`. Throws `InfrastructureError` (`cannot-write`). */
export async function writeReport(report: AuditReport): Promise<void> {
  await writeAtomically(auditFiles(report.directory).report, `${JSON.stringify(report, null, 2)}\n`)
}

export function isVoid({ voids }: TaskAudit): boolean {
  return voids.length > 0
}

export function isClean(task: TaskAudit): boolean {
  return distrustOf(task).length === 0
}

/** Why a task's judge cannot be trusted; empty where nothing speaks against it. */
export function distrustOf({
  suite,
  task,
  oracle,
  differs,
  nop,
  attacks,
  mutants,
  voids,
}: TaskAudit): Distrust[] {
  const found: Distrust[] = []
  const add = (what: Distrust['what'], message: string) => found.push({ suite, task, what, message })
  if (oracle && oracle.outcome !== 'solved')
    add(
      'oracle',
      `the oracle is ${oracle.outcome} (${oracle.reason}${oracle.message ? `: ${oracle.message}` : ''})`,
    )
  if (differs && differs.length > 0)
    add('differs', `two judgements of the oracle differ in ${differs.join('; ')}`)
  if (nop?.outcome === 'solved') add('nop', 'an empty submission solves it')
  for (const { name, outcome, reason } of attacks)
    if (outcome === 'solved') add('attack', `the attack ${name} solves it (${reason})`)
  for (const { step, code, message } of voids)
    if (code === 'escape') add('attack', `the ${step} gets out: ${message}`)
  for (const { name, description, ordinary, proof } of mutants)
    if (ordinary === 'killed' && proof === 'benign')
      add(
        'contradiction',
        `mutant ${name} (${description}) fails the ordinary check and is proven equivalent`,
      )
  return found
}

export function totalsOf(tasks: readonly TaskAudit[]): Totals {
  const totals: Totals = {
    oracle: { solved: 0, unsolved: 0, rejected: 0, none: 0 },
    agreement: { agree: 0, differ: 0 },
    controls: [],
    nop: { refused: 0, solved: 0 },
    attacks: [],
    mutants: [],
    escapes: 0,
    killedAndBenign: 0,
    void: 0,
  }
  const attacks = new Map<string, Totals['attacks'][number]>()
  const kinds = new Map<string, Totals['mutants'][number]>()
  const controls = new Map<string, Totals['controls'][number]>()
  for (const task of tasks) {
    totals.void += task.voids.length
    if (task.oracle) totals.oracle[task.oracle.outcome]++
    else if (!task.hasOracle) totals.oracle.none++
    if (task.differs) totals.agreement[task.differs.length === 0 ? 'agree' : 'differ']++
    for (const { name, value, low, high } of task.controls) {
      // Two domains may call different things by one name.
      const range = `${name} ${low} ${high}`
      const row = controls.get(range) ?? { name, low, high, within: 0, outside: 0, least: value, most: value }
      controls.set(range, row)
      row[value >= low && value <= high ? 'within' : 'outside']++
      row.least = Math.min(row.least, value)
      row.most = Math.max(row.most, value)
    }
    if (task.nop) totals.nop[task.nop.outcome === 'solved' ? 'solved' : 'refused']++
    for (const { name, expect, outcome } of task.attacks) {
      const row = attacks.get(name) ?? { name, applied: 0, refused: 0, otherwise: 0, solved: 0 }
      attacks.set(name, row)
      row.applied++
      if (outcome === 'solved') row.solved++
      else row[expect === 'rejected' && outcome !== 'rejected' ? 'otherwise' : 'refused']++
    }
    for (const { kind, ordinary, proof } of task.mutants) {
      const row = kinds.get(kind) ?? { kind, judged: 0, invalid: 0, killed: noProofs(), survived: noProofs() }
      kinds.set(kind, row)
      row.judged++
      if (ordinary === 'invalid') row.invalid++
      else row[ordinary][proof]++
      if (ordinary === 'survived' && proof === 'refuted') totals.escapes++
      if (ordinary === 'killed' && proof === 'benign') totals.killedAndBenign++
    }
  }
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1)
  totals.controls = [...controls.values()].sort(byName)
  totals.attacks = [...attacks.values()].sort(byName)
  totals.mutants = [...kinds.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1))
  return totals
}

const noProofs = (): Proofs => ({ refuted: 0, benign: 0, unknown: 0 })
