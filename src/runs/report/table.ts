import pc from 'picocolors'
import { type Paint, plainTable, type TableOptions } from '../../pages/plain-table.ts'
import { safeText } from '../../pages/text.ts'
import type { Group, Report, Spread } from './schema.ts'
import {
  agentOf,
  costOf,
  countOf,
  durationOf,
  effortCells,
  percentOf,
  policyOf,
  speedRows,
  voidWordsOf,
} from './words.ts'

/** A report as plain text: a table of scores, one of costs, then why trials did not solve, and what to know. */
export function reportTable(report: Report, options: TableOptions): string {
  const paint = pc.createColors(options.color)
  const parts: string[] = []
  const suites = [...new Set(report.groups.map(({ suite }) => suite))]
  for (const suite of suites) {
    const groups = report.groups.filter((group) => group.suite === suite)
    parts.push(`${paint.bold(safeText(suite))} ${paint.dim(`version ${safeText(versionOf(report, suite))}`)}`)
    parts.push(scores(groups, report.manifest.samples, paint))
    const speed = groups.filter(({ speedups }) => speedups)
    if (speed.length > 0) parts.push(speeds(speed, paint))
    parts.push(costs(groups, paint))
    const searched = groups.filter(({ effort }) => effort)
    if (searched.length > 0) parts.push(efforts(searched, paint))
    const why = groups.flatMap((group) => reasons(group, paint))
    if (why.length > 0) parts.push(why.join('\n'))
    const flags = groups.flatMap((group) => conditions(group, paint))
    if (flags.length > 0) parts.push([...new Set(flags)].join('\n'))
  }
  parts.push(paint.dim(report.intervals))
  if (report.open > 0) {
    const resume = `touchstone resume ${report.directory}`
    parts.push(
      paint.yellow(`${countOf(report.open, 'trial')} of ${report.planned} not done. To go on: ${resume}`),
    )
  }
  for (const words of voidWordsOf(report)) parts.push(paint.yellow(words))
  for (const problem of report.problems) parts.push(paint.red(safeText(problem)))
  return `${parts.join('\n\n')}\n`
}

const versionOf = ({ manifest }: Report, suite: string) =>
  manifest.suites.find(({ name }) => name === suite)?.version ?? 'unknown'

function scores(groups: readonly Group[], samples: number, paint: Paint): string {
  const ks = [...new Set([1, ...(samples >= 5 ? [5] : []), samples])].sort((a, b) => a - b)
  const table = plainTable(
    ['agent', 'trials', 'solved', 'unsolved', 'rejected', 'void', ...ks.map((k) => `pass@${k} (95 %)`)],
    paint,
  )
  for (const group of groups) {
    const { judged, planned, open } = group
    table.push([
      agentOf(group),
      open > 0 ? `${judged + group.void}/${planned}` : `${planned}`,
      group.solved > 0 ? paint.green(`${group.solved}`) : '0',
      `${group.unsolved}`,
      group.rejected > 0 ? paint.magenta(`${group.rejected}`) : '0',
      group.void > 0 ? paint.yellow(`${group.void}`) : '0',
      ...ks.map((k) => estimateCell(group, k)),
    ])
  }
  return table.toString()
}

function estimateCell({ passAtK, tasks }: Group, k: number): string {
  const at = passAtK.find((one) => one.k === k)
  if (!at?.estimate) return '–'
  const { mean, low, high } = at.estimate
  const few = at.tasks < tasks ? ` of ${at.tasks} tasks` : ''
  return `${percentOf(mean)} [${percentOf(low)}, ${percentOf(high)}]${few}`
}

/** A column an agent: there are more figures than fit beside one another. */
function speeds(groups: readonly Group[], paint: Paint): string {
  const table = plainTable(['', ...groups.map(agentOf)], paint)
  for (const { label, cells } of speedRows(groups)) table.push([label, ...cells])
  return table.toString()
}

function efforts(groups: readonly Group[], paint: Paint): string {
  const heads = ['agent', 'candidates', 'a trial', 'tokens each', 'cost each', 'machine time each', 'all']
  const table = plainTable(heads, paint)
  for (const group of groups) table.push([agentOf(group), ...effortCells(group)])
  return table.toString()
}

function costs(groups: readonly Group[], paint: Paint): string {
  const heads = ['agent', 'tokens in', 'out', 'cost', 'agent median', 'p95', 'judge median', 'p95']
  const table = plainTable(heads, paint)
  for (const group of groups) {
    const times = (spread: Spread | null) =>
      spread ? [durationOf(spread.median), durationOf(spread.p95)] : ['–', '–']
    table.push([
      agentOf(group),
      group.inputTokens.toLocaleString('en'),
      group.outputTokens.toLocaleString('en'),
      costOf(group),
      ...times(group.agentSeconds),
      ...times(group.judgeSeconds),
    ])
  }
  return table.toString()
}

function reasons(group: Group, paint: Paint): string[] {
  const list = (what: string, counts: Readonly<Record<string, number>>) => {
    const entries = Object.entries(counts)
    const shown = entries.slice(0, 8).map(([reason, count]) => `${safeText(reason)} ${count}`)
    const more = entries.length > 8 ? [`${entries.length - 8} more reasons`] : []
    return entries.length > 0 ? [`${paint.dim(what)} ${[...shown, ...more].join(', ')}`] : []
  }
  const all = [
    ...list('unsolved:', group.unsolvedBy),
    ...list('rejected:', group.rejectedBy),
    ...list('void:', group.voidBy),
    ...list('solved although stopped by', group.solvedAtLimit),
  ]
  return all.length > 0 ? [`${agentOf(group)}: ${all.join('; ')}`] : []
}

/** What changes the meaning of a score. */
function conditions(group: Group, paint: Paint): string[] {
  const words = policyOf(group)
  return words.length > 0 ? words.map((word) => paint.cyan(`note: ${safeText(word)}`)) : []
}
