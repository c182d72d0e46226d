import pc from 'picocolors'
import { type Paint, plainTable, type TableOptions } from '../../pages/plain-table.ts'
import { safeText } from '../../pages/text.ts'
import { countOf, durationOf } from '../report/words.ts'
import { blindTasks } from './escapes.ts'
import { isVoid } from './report.ts'
import type { AuditReport, TaskAudit } from './schema.ts'
import { askedOf, conclusionOf, lintsOf, taskName, voidOf } from './words.ts'

/** Escapes shown of one task; the page has all. */
const shownEscapes = 3
const shownTasks = 25

/** An audit as plain text: the checks, the mutants, then each task that needs a look. */
export function auditTable(report: AuditReport, options: TableOptions): string {
  const paint = pc.createColors(options.color)
  const { settings, totals } = report
  const parts = [
    ...settings.suites.map(({ name, version, protocol, tasks }) => {
      const about = [`version ${version}`, countOf(tasks, 'task'), ...(protocol ? [protocol] : [])]
      return `${paint.bold(safeText(name))} ${paint.dim(safeText(about.join(', ')))}`
    }),
    checks(report, paint),
    ...(totals.mutants.length > 0 ? [mutants(report, paint)] : []),
    ...escapes(report, paint),
    ...lints(report, paint),
    ...distrusted(report, paint),
    ...voids(report, paint),
    paint.dim(
      `${askedOf(report)}; ${named(settings.judges)}; ${named(settings.tools)}; ${time(report.tasks)}`,
    ),
    verdict(report, paint),
  ]
  return `${parts.join('\n\n')}\n`
}

const named = (versions: Readonly<Record<string, string>>) =>
  Object.entries(versions)
    .map(([name, version]) => safeText(`${name} ${version}`))
    .join(', ')

function time(tasks: readonly TaskAudit[]): string {
  const all = tasks.map(({ seconds }) => Object.values(seconds).reduce((sum, part) => sum + part, 0))
  const sum = all.reduce((total, part) => total + part, 0)
  return tasks.length === 0 ? 'nothing done' : `${durationOf(sum / tasks.length)} a task on average`
}

type Attack = AuditReport['totals']['attacks'][number]

function checks({ totals, tasks }: AuditReport, paint: Paint): string {
  const table = plainTable(['check', 'cases', 'as it should be', 'not so', 'void'], paint)
  const bad = (count: number) => (count > 0 ? paint.red(`${count}`) : '0')
  const row = (what: string, good: number, wrong: number, step: (name: string) => boolean) => {
    const voided = tasks.reduce((all, task) => all + task.voids.filter((one) => step(one.step)).length, 0)
    table.push([
      safeText(what),
      `${good + wrong + voided}`,
      paint.green(`${good}`),
      bad(wrong),
      voided > 0 ? paint.yellow(`${voided}`) : '0',
    ])
  }
  const { oracle, agreement, nop } = totals
  row('oracle solves', oracle.solved, oracle.unsolved + oracle.rejected, (step) => step === 'oracle')
  row('two judgements agree', agreement.agree, agreement.differ, (step) => step === 'oracle again')
  for (const { name, low, high, within, outside } of totals.controls)
    row(`${name} within ${low} to ${high}`, within, outside, () => false)
  row('nop does not solve', nop.refused, nop.solved, (step) => step === 'nop')
  // Sixty rows that all say the same would hide the one that does not.
  const sum = (of: (attack: Attack) => number) => totals.attacks.reduce((all, one) => all + of(one), 0)
  if (totals.attacks.length > 0)
    row(
      `${countOf(totals.attacks.length, 'attack')} refused`,
      sum(({ refused, otherwise }) => refused + otherwise),
      sum(({ solved }) => solved),
      (step) => step.startsWith('attack '),
    )
  for (const { name, refused, otherwise, solved } of totals.attacks)
    if (solved > 0) row(`  ${name}`, refused + otherwise, solved, (step) => step === `attack ${name}`)
  const notes = [
    ...totals.controls.map(({ name, least, most }) =>
      paint.dim(`${safeText(name)} was ${least.toFixed(3)} to ${most.toFixed(3)}`),
    ),
    ...totals.attacks.flatMap(({ name, otherwise }) =>
      otherwise > 0
        ? [
            paint.yellow(
              `note: ${safeText(name)} fails in ${countOf(otherwise, 'task')} without being rejected`,
            ),
          ]
        : [],
    ),
    ...(oracle.none > 0
      ? [
          paint.yellow(
            `note: ${countOf(oracle.none, 'task')} without a solution: whether it can be solved is not known`,
          ),
        ]
      : []),
  ]
  const played = totals.attacks.map(({ name, applied }) => `${safeText(name)} ${applied}`).join(', ')
  if (played !== '') notes.push(paint.dim(`attacks, and in how many tasks they apply: ${played}`))
  return [table.toString(), ...notes].join('\n')
}

function mutants({ totals }: AuditReport, paint: Paint): string {
  const table = plainTable(
    [
      'mutants',
      'made',
      'killed:',
      'refuted',
      'unknown',
      'benign',
      'survived:',
      'refuted',
      'benign',
      'unknown',
      'invalid',
    ],
    paint,
  )
  const sum = { refuted: 0, benign: 0, unknown: 0 }
  const all = { kind: 'all', judged: 0, invalid: 0, killed: { ...sum }, survived: { ...sum } }
  for (const { judged, invalid, killed, survived } of totals.mutants) {
    all.judged += judged
    all.invalid += invalid
    for (const proof of ['refuted', 'benign', 'unknown'] as const) {
      all.killed[proof] += killed[proof]
      all.survived[proof] += survived[proof]
    }
  }
  for (const { kind, judged, invalid, killed, survived } of [...totals.mutants, all]) {
    const total = (of: typeof sum) => of.refuted + of.benign + of.unknown
    table.push([
      safeText(kind),
      `${judged}`,
      paint.green(`${total(killed)}`),
      `${killed.refuted}`,
      `${killed.unknown}`,
      killed.benign > 0 ? paint.red(`${killed.benign}`) : '0',
      `${total(survived)}`,
      survived.refuted > 0 ? paint.yellow(`${survived.refuted}`) : '0',
      `${survived.benign}`,
      `${survived.unknown}`,
      `${invalid}`,
    ])
  }
  return table.toString()
}

function escapes(report: AuditReport, paint: Paint): string[] {
  const blind = blindTasks(report)
  if (blind.length === 0) return []
  const lines = blind.slice(0, shownTasks).flatMap(({ task, escapes }) => {
    const shown = escapes.slice(0, shownEscapes)
    const more =
      escapes.length > shown.length ? [paint.dim(`    and ${escapes.length - shown.length} more`)] : []
    return [
      `  ${paint.bold(taskName(report, task))} ${paint.dim(`${escapes.length} of ${task.mutants.length} mutants`)}`,
      ...shown.map(({ name, description }) => `    ${safeText(name)}: ${safeText(description)}`),
      ...more,
    ]
  })
  const more =
    blind.length > shownTasks
      ? [paint.dim(`  and ${countOf(blind.length - shownTasks, 'task')} more, all in the page`)]
      : []
  const head = `The ordinary check of ${countOf(blind.length, 'task')} passes answers that a proof refutes; the most surprising first`
  return [[paint.yellow(head), ...lines, ...more].join('\n')]
}

function lints(report: AuditReport, paint: Paint): string[] {
  const kinds = lintsOf(report)
  if (kinds.length === 0) return []
  const lines = kinds.flatMap(({ kind, found }) => [
    `  ${paint.bold(safeText(kind))} ${paint.dim(countOf(found.length, 'task'))}`,
    ...found
      .slice(0, shownTasks)
      .map(({ task, messages }) => `    ${taskName(report, task)}: ${safeText(messages.join('; '))}`),
    ...(found.length > shownTasks
      ? [paint.dim(`    and ${countOf(found.length - shownTasks, 'task')} more, all in the page`)]
      : []),
  ])
  const head = 'Odd about the tasks themselves: an answer may be right and do less than one would think'
  return [[paint.yellow(head), ...lines].join('\n')]
}

function distrusted(report: AuditReport, paint: Paint): string[] {
  if (report.distrust.length === 0) return []
  const lines = report.distrust.map(
    (one) => `  ${paint.bold(taskName(report, one))}: ${safeText(one.message)}`,
  )
  return [[paint.red('Reasons not to trust a judge'), ...lines].join('\n')]
}

function voids(report: AuditReport, paint: Paint): string[] {
  const lines = report.tasks.filter(isVoid).flatMap((task) =>
    voidOf(task).map(({ steps, step }) => {
      const what = `${safeText(steps)}: ${safeText(step.message)}`
      return `  ${paint.bold(taskName(report, task))}: ${what}`
    }),
  )
  if (lines.length === 0) return []
  return [
    [paint.yellow('Void: the infrastructure or the key failed, so this is in no count'), ...lines].join('\n'),
  ]
}

function verdict(report: AuditReport, paint: Paint): string {
  const text = conclusionOf(report)
  if (report.distrust.length > 0) return paint.red(text)
  return report.trusted ? paint.green(text) : paint.yellow(text)
}
