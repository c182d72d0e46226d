import * as Plot from '@observablehq/plot'
import type { Html } from '../../../pages/html.ts'
import { drawn } from '../../../pages/plot.ts'
import { safeText } from '../../../pages/text.ts'
import { durationOf } from '../../report/words.ts'
import { blindTasks } from '../escapes.ts'
import type { AuditReport, Totals } from '../schema.ts'
import { hasMutants, taskName } from '../words.ts'

/** Tasks in the plot of those that miss most. */
const mostTasks = 20

/** What became of mutants, in the order in which it is stacked, with the page's colours. */
export const fates = [
  { name: 'killed', color: 'var(--solved)' },
  { name: 'killed, but proven equivalent', color: 'var(--rejected)' },
  { name: 'passed, refuted by proof', color: 'var(--unsolved)' },
  { name: 'passed, nobody knows', color: 'var(--void)' },
  { name: 'passed, proven equivalent', color: 'var(--accent)' },
  { name: 'no legal answer', color: 'var(--open)' },
] as const

interface Bar {
  readonly row: string
  readonly part: string
  readonly count: number
  readonly color: string
}

/** Mutants of every kind by what became of them. */
export function mutantPlot({ mutants }: Totals): Html | undefined {
  if (mutants.length === 0) return undefined
  const bars = mutants.flatMap(({ kind, killed, survived, invalid }) => {
    const counts = [
      killed.refuted + killed.unknown,
      killed.benign,
      survived.refuted,
      survived.unknown,
      survived.benign,
      invalid,
    ]
    return fates.map(({ name, color }, at) => ({
      row: safeText(kind),
      part: name,
      count: counts[at]!,
      color,
    }))
  })
  return stacked(bars, 'mutants', 'Mutants by kind and by what became of them')
}

/** The tasks whose checks miss what others see, the most surprising first. */
export function escapePlot(report: AuditReport): Html | undefined {
  const rows = blindTasks(report).slice(0, mostTasks)
  if (rows.length === 0) return undefined
  const [{ color }] = fates.slice(2, 3) as [(typeof fates)[2]]
  const bars = rows.map(({ task, escapes }) => ({
    row: taskName(report, task),
    part: `of ${task.mutants.length} mutants pass although a proof refutes them`,
    count: escapes.length,
    color,
  }))
  return stacked(bars, 'wrong answers that pass', 'Tasks by wrong answers that pass the ordinary check')
}

function stacked(bars: readonly Bar[], label: string, ariaLabel: string): Html {
  const rows = [...new Set(bars.map(({ row }) => row))]
  const longest = Math.max(...rows.map((row) => row.length))
  const shown = bars
    .filter(({ count }) => count > 0)
    .map((bar) => ({ ...bar, title: `${bar.row}: ${bar.count} ${bar.part}` }))
  const most = Math.max(
    ...rows.map((row) => shown.reduce((sum, bar) => sum + (bar.row === row ? bar.count : 0), 0)),
  )
  const step = Math.max(1, Math.ceil(most / 8))
  return drawn({
    height: 66 + rows.length * 24,
    marginLeft: 16 + Math.min(30, longest) * 6.4,
    marginRight: 24,
    marginBottom: 42,
    ariaLabel,
    x: {
      label,
      grid: true,
      tickFormat: 'd',
      ticks: Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step),
    },
    y: { type: 'band', label: null, domain: rows, tickSize: 0, padding: 0.3, tickFormat: shortened },
    marks: [
      Plot.barX(shown, {
        y: 'row',
        x: 'count',
        fill: (bar: Bar) => bar.color,
        z: 'part',
        order: fates.map(({ name }) => name),
        title: 'title',
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
    ],
  })
}

const shortened = (name: string) => (name.length > 30 ? `${name.slice(0, 20)}…${name.slice(-9)}` : name)

/** How long tasks took, sorted, with what took it. */
export function timePlot({ tasks }: AuditReport): Html | undefined {
  if (tasks.length < 2) return undefined
  const sorted = tasks
    .map((task) => {
      const { oracle, nop, attacks, mutants } = task.seconds
      return {
        task: task.task,
        each: [oracle + nop, attacks, mutants],
        sum: oracle + nop + attacks + mutants,
      }
    })
    .sort((a, b) => a.sum - b.sum)
  const bars = sorted.flatMap(({ task, each }, at) =>
    timeParts.map(({ name: part, color }, index) => ({
      at,
      part,
      color,
      seconds: each[index]!,
      title: `${safeText(task)}: ${part} ${durationOf(each[index]!)}`,
    })),
  )
  return drawn({
    height: 260,
    marginLeft: 56,
    marginBottom: 36,
    ariaLabel: 'Time of every task',
    x: { type: 'band', axis: null, padding: 0.05 },
    y: { label: 'seconds', grid: true },
    marks: [
      Plot.barY(bars, { x: 'at', y: 'seconds', fill: (bar) => bar.color, z: 'part', title: 'title' }),
      Plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.4 }),
    ],
  })
}

const timeParts = [
  { name: 'oracle and nop', color: 'var(--line-2)' },
  { name: 'attacks', color: 'var(--line-1)' },
  { name: 'mutants', color: 'var(--line-0)' },
] as const

/** What time went to: not to mutants where there are none. */
export function timePartsOf(report: AuditReport): { name: string; color: string }[] {
  return timeParts.filter(({ name }) => name !== 'mutants' || hasMutants(report))
}
