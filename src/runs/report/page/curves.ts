import * as Plot from '@observablehq/plot'
import type { Html } from '../../../pages/html.ts'
import { drawn } from '../../../pages/plot.ts'
import { safeText } from '../../../pages/text.ts'
import type { TriedRecord } from '../../results.ts'
import { durationOf } from '../words.ts'

/** A search as a line: the best score it had for what it had cost until then. */
export interface Line {
  readonly name: string
  /** Lines of one group have one colour. */
  readonly group: number
  readonly curve: TriedRecord['curve']
  /** What all of it cost, where the line ends; the last improvement where absent. */
  readonly end?: Point
}

type Point = Omit<TriedRecord['curve'][number], 'candidate' | 'score' | 'by'>

/** What a curve can be drawn over. */
export const axes = ['dollars', 'tokens', 'machine', 'time'] as const
export type Axis = (typeof axes)[number]

const axisOf: Record<Axis, { label: string; value(point: Point): number; shown(value: number): string }> = {
  dollars: { label: 'US dollars', value: ({ costUsd }) => costUsd, shown: (value) => `$${short(value)}` },
  tokens: {
    label: 'tokens',
    value: ({ inputTokens, outputTokens }) => inputTokens + outputTokens,
    shown: (value) => Math.round(value).toLocaleString('en'),
  },
  machine: { label: 'machine time', value: ({ machineSeconds }) => machineSeconds, shown: durationOf },
  time: { label: 'wall time', value: ({ seconds }) => seconds, shown: durationOf },
}

const short = (value: number) => String(Number(value.toPrecision(3)))

/** Lines that one plot can show. */
const mostLines = 60

/** Best score against cost, a step at each better candidate. Undefined where there is nothing to draw over this axis. */
export function curvePlot(lines: readonly Line[], axis: Axis): Html | undefined {
  const { label, value, shown } = axisOf[axis]
  const drawable = lines.filter(({ curve }) => curve.length > 0).slice(0, mostLines)
  if (axis === 'dollars' && drawable.some(({ curve }) => curve.some(({ costKnown }) => !costKnown)))
    return undefined
  const points = drawable.flatMap(({ name, group, curve, end }, line) => {
    const at = curve.map((point) => ({ line, group, x: value(point), score: point.score, found: true, name }))
    const last = curve.at(-1)
    return end && last ? [...at, { line, group, x: value(end), score: last.score, found: false, name }] : at
  })
  const most = Math.max(0, ...points.map(({ x }) => x))
  if (most <= 0) return undefined
  const color = (group: number) => `var(--line-${group % 8})`
  const title = (point: (typeof points)[number]) =>
    safeText(`${point.name}: ${short(point.score)} for ${shown(point.x)}`)
  return drawn({
    height: 300,
    marginLeft: 56,
    marginTop: 28,
    marginBottom: 42,
    marginRight: 24,
    ariaLabel: `best score against ${label}`,
    x: { label, domain: [0, most], grid: true, ticks: 5, tickFormat: shown },
    y: { label: 'best score so far', grid: true, nice: true },
    marks: [
      Plot.lineY(points, {
        x: 'x',
        y: 'score',
        z: 'line',
        curve: 'step-after',
        stroke: (point) => color(point.group),
        strokeWidth: 2,
        strokeOpacity: drawable.length > 8 ? 0.5 : 1,
      }),
      Plot.dot(
        points.filter(({ found }) => found),
        { x: 'x', y: 'score', fill: (point) => color(point.group), r: 3.5, title },
      ),
    ],
  })
}
