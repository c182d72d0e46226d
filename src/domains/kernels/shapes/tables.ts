import { lintKinds, whenOf } from '../lint/report.ts'
import { isRunnable } from './analysis.ts'
import type { Surveyed } from './survey.ts'

/** The tables of docs/kernelbench.md, in Markdown, from surveys with one torch each. */
export function tablesOf(unsorted: readonly (readonly Surveyed[])[]): string {
  const order = new Intl.Collator('en', { numeric: true })
  const surveys = unsorted.map((lines) => [...lines].sort((a, b) => order.compare(a.id, b.id)))
  const parts = surveys.flatMap((lines) => [
    `### torch ${lines[0]?.torch}`,
    countsOf(lines),
    reasonsOf(lines),
  ])
  const linted = surveys.flat().filter(({ lint }) => lint !== null)
  return `${[...parts, '### Lints', lintsOf(linted)].join('\n\n')}\n`
}

function countsOf(lines: readonly Surveyed[]): string {
  const levels = [...new Set(lines.map(({ level }) => level))].sort()
  const rows = levels.map((level) =>
    rowOf(
      `level ${level}`,
      lines.filter((line) => line.level === level),
    ),
  )
  const head = ['', 'problems', 'load', 'run as given', 'run scaled', 'too large', 'degenerate', 'others']
  return table([head, ...rows, rowOf('together', lines)])
}

function rowOf(name: string, lines: readonly Surveyed[]): string[] {
  const count = (test: (line: Surveyed) => boolean) => `${lines.filter(test).length}`
  const why = ({ analysis }: Surveyed) => (isRunnable(analysis) ? '' : analysis.unavailable.kind)
  return [
    name,
    `${lines.length}`,
    count((line) => why(line) !== 'does-not-load'),
    count(({ analysis }) => isRunnable(analysis) && analysis.scaled === null),
    count(({ analysis }) => isRunnable(analysis) && analysis.scaled !== null),
    count((line) => why(line) === 'too-large'),
    count((line) => why(line) === 'degenerate'),
    count((line) => !['', 'too-large', 'degenerate'].includes(why(line))),
  ]
}

function reasonsOf(lines: readonly Surveyed[]): string {
  const rows = lines.flatMap(({ id, analysis }) =>
    isRunnable(analysis)
      ? []
      : [[id, analysis.unavailable.kind, analysis.unavailable.why.split('\n')[0] ?? '']],
  )
  const seconds = lines.reduce((sum, { analysis, lint }) => sum + analysis.seconds + (lint?.seconds ?? 0), 0)
  const time = `${Math.round(seconds)} s of wall time for all of it.`
  return rows.length === 0 ? time : `${time}\n\n${table([['problem', 'kind', 'why it is not run'], ...rows])}`
}

const whens = ['always', 'inputs', 'weights', 'loose'] as const

/** For each kind the problems that have it, under the strongest heading that applies. */
function lintsOf(lines: readonly Surveyed[]): string {
  const rows: string[][] = []
  for (const kind of lintKinds) {
    const told = new Set<Surveyed>()
    for (const when of whens) {
      const found = lines.filter(
        (line) =>
          !told.has(line) && line.lint?.findings.some((one) => one.kind === kind && whenOf(one) === when),
      )
      for (const line of found) told.add(line)
      if (found.length > 0) rows.push([kind, when, `${found.length}`, shortened(found)])
    }
  }
  const failed = lines.filter(({ lint }) => lint?.failed)
  if (failed.length > 0) rows.push(['(not linted)', '', `${failed.length}`, shortened(failed)])
  return `${lines.length} problems.\n\n${table([['kind', 'when', 'problems', 'which'], ...rows])}`
}

/** `1: 19, 26; 2: 80`, by level and number. */
function shortened(lines: readonly Surveyed[]): string {
  const levels = new Map<number | null, string[]>()
  for (const { level, id } of lines) {
    const number = /^(?:level\d-)?(\d+)/.exec(id)?.[1] ?? id
    levels.set(level, [...(levels.get(level) ?? []), number])
  }
  return [...levels].map(([level, numbers]) => `level ${level}: ${numbers.join(', ')}`).join('; ')
}

function table([head = [], ...rows]: string[][]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
