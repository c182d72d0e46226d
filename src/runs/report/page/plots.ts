import * as Plot from '@observablehq/plot'
import type { Html } from '../../../pages/html.ts'
import { drawn } from '../../../pages/plot.ts'
import type { Group, Spread } from '../schema.ts'
import { agentOf, durationOf, percentOf } from '../words.ts'

/** Plots are drawn here, as SVG with the page's own colours: the page needs no script and no network for them. */

const rowHeight = 30

/** Outcomes in the order in which they are stacked; each has a colour of the same name in the page's style. */
export const outcomes = ['solved', 'unsolved', 'rejected', 'void', 'open'] as const

/** Names on the y axis: as long as fits, told apart by the group's number and not by what is shown of them. */
function rows(
  groups: readonly Group[],
): Pick<Plot.PlotOptions, 'y' | 'marginLeft' | 'marginRight' | 'marginBottom'> {
  const names = groups.map(agentOf)
  const longest = Math.max(...names.map((name) => name.length))
  return {
    marginLeft: 16 + Math.min(30, longest) * 6.4,
    marginRight: 24,
    marginBottom: 42,
    y: {
      type: 'band',
      label: null,
      domain: groups.map((_, index) => index),
      tickFormat: (index: number) => shortened(names[index]!),
      tickSize: 0,
      padding: 0.35,
    },
  }
}

const shortened = (name: string) => (name.length > 30 ? `${name.slice(0, 17)}…${name.slice(-12)}` : name)

const heightOf = (groups: readonly Group[]) => 66 + groups.length * rowHeight

/** pass@1 of every agent with its interval. */
export function passPlot(groups: readonly Group[]): Html {
  const points = groups.flatMap((group, row) => {
    const estimate = group.passAtK[0]?.estimate
    return estimate ? [{ row, ...estimate, title: `${agentOf(group)}: ${words(estimate)}` }] : []
  })
  return drawn({
    ...rows(groups),
    height: heightOf(groups),
    ariaLabel: 'pass@1 of every agent with its 95 % interval',
    x: { domain: [0, 100], percent: true, label: 'pass@1 (%)', grid: true },
    marks: [
      Plot.ruleY(points, {
        y: 'row',
        x1: 'low',
        x2: 'high',
        stroke: 'var(--accent)',
        strokeWidth: 3,
        strokeOpacity: 0.35,
        strokeLinecap: 'round',
      }),
      Plot.dot(points, { y: 'row', x: 'mean', fill: 'var(--accent)', r: 5, title: 'title' }),
    ],
  })
}

/** pass@k over k, a line for every agent. */
export function passAtKPlot(groups: readonly Group[]): Html {
  const names = groups.map(agentOf)
  const points = groups.flatMap((group, row) =>
    group.passAtK.flatMap(({ k, estimate }) =>
      estimate ? [{ row, k, ...estimate, title: `${names[row]}: pass@${k} ${words(estimate)}` }] : [],
    ),
  )
  const color = (row: number) => `var(--line-${row % 8})`
  const most = Math.max(...points.map(({ k }) => k))
  const ends = groups.flatMap((_, row) => points.findLast((point) => point.row === row) ?? [])
  return drawn({
    height: 300,
    marginLeft: 48,
    marginTop: 28,
    marginBottom: 42,
    marginRight: 24 + Math.min(30, Math.max(...names.map((name) => name.length))) * 7.4,
    ariaLabel: 'pass@k of every agent with its 95 % interval',
    x: { label: 'k samples', domain: [1, most], ticks: wholeTicks(most), tickFormat: 'd' },
    y: { domain: [0, 100], percent: true, label: 'pass@k (%)', grid: true },
    marks: [
      Plot.areaY(points, {
        x: 'k',
        y1: 'low',
        y2: 'high',
        z: 'row',
        fill: (d) => color(d.row),
        fillOpacity: 0.12,
      }),
      Plot.lineY(points, { x: 'k', y: 'mean', z: 'row', stroke: (d) => color(d.row), strokeWidth: 2 }),
      Plot.dot(points, { x: 'k', y: 'mean', fill: (d) => color(d.row), r: 3.5, title: 'title' }),
      Plot.text(spaced(ends), {
        x: 'k',
        y: 'at',
        text: (d) => shortened(names[d.row]!),
        fill: (d) => color(d.row),
        textAnchor: 'start',
        dx: 10,
        fontWeight: 600,
      }),
    ],
  })
}

/** Whole numbers from 1, at most ten of them. */
function wholeTicks(most: number): number[] {
  const step = Math.ceil(most / 10)
  return Array.from({ length: most }, (_, index) => index + 1).filter((k) => k === 1 || k % step === 0)
}

/** Labels at the ends of lines, moved apart where lines end close together. */
function spaced<End extends { mean: number }>(ends: readonly End[]): (End & { at: number })[] {
  const gap = 0.06
  const sorted = [...ends].sort((a, b) => b.mean - a.mean)
  let above = Number.POSITIVE_INFINITY
  const placed = sorted.map((end) => {
    above = Math.min(end.mean, above - gap)
    return { ...end, at: above }
  })
  // Where they ran out at the bottom, all move up together.
  const low = Math.min(0, ...placed.map(({ at }) => at))
  return placed.map((end) => ({ ...end, at: Math.min(1, end.at - low) }))
}

/** Trials of every agent by how they ended. */
export function outcomePlot(groups: readonly Group[]): Html {
  const bars = groups.flatMap((group, row) =>
    outcomes.flatMap((outcome) => {
      const count = group[outcome]
      const share = percentOf(count / Math.max(1, group.planned))
      const title = `${agentOf(group)}: ${count} of ${group.planned} ${outcome === 'open' ? 'not done' : outcome} (${share})`
      return count > 0 ? [{ row, outcome, count, title }] : []
    }),
  )
  return drawn({
    ...rows(groups),
    height: heightOf(groups),
    ariaLabel: 'Trials of every agent by outcome',
    x: { label: 'trials', grid: true },
    marks: [
      Plot.barX(bars, {
        y: 'row',
        x: 'count',
        fill: (d) => `var(--${d.outcome})`,
        title: 'title',
        order: [...outcomes],
        z: 'outcome',
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
    ],
  })
}

type Distribution = 'agentSeconds' | 'judgeSeconds' | 'costPerTrial'

/** A figure's spread over trials: all of it thin, the middle half thick, the median a line, the 95th percentile a ring. */
export function spreadPlot(groups: readonly Group[], figure: Distribution): Html | undefined {
  const seconds = figure !== 'costPerTrial'
  const least = seconds ? 1e-5 : 1e-6
  const show = seconds ? durationOf : (dollars: number) => `$${Number(dollars.toPrecision(2))}`
  const boxes = groups.flatMap((group, row) => {
    const spread = group[figure]
    if (!spread || spread.max <= 0) return []
    const title = `${agentOf(group)}: median ${show(spread.median)}, middle half ${show(spread.p25)} to ${show(spread.p75)}, 95 % below ${show(spread.p95)}, all ${show(spread.min)} to ${show(spread.max)}`
    return [{ row, title, ...floored(spread, least) }]
  })
  if (boxes.length === 0) return undefined
  const label = {
    agentSeconds: 'agent’s time per trial',
    judgeSeconds: 'judge’s time per trial',
    costPerTrial: 'cost per trial',
  }[figure]
  const domain = decades(Math.min(...boxes.map(({ min }) => min)), Math.max(...boxes.map(({ max }) => max)))
  return drawn({
    ...rows(groups),
    height: heightOf(groups),
    ariaLabel: label,
    x: { type: 'log', label, grid: true, domain, ticks: ticksIn(domain), tickFormat: show },
    marks: [
      Plot.ruleY(boxes, { y: 'row', x1: 'min', x2: 'max', stroke: 'currentColor', strokeOpacity: 0.4 }),
      Plot.barX(boxes, {
        y: 'row',
        x1: 'p25',
        x2: 'p75',
        fill: 'var(--accent)',
        fillOpacity: 0.45,
        rx: 2,
        title: 'title',
      }),
      Plot.tickX(boxes, { y: 'row', x: 'median', stroke: 'var(--accent)', strokeWidth: 2.5 }),
      Plot.dot(boxes, {
        y: 'row',
        x: 'p95',
        stroke: 'var(--accent)',
        fill: 'var(--surface)',
        r: 3.5,
        title: 'title',
      }),
    ],
  })
}

/** A logarithmic scale that shows at least a decade. */
function decades(low: number, high: number): [number, number] {
  return high / low < 10 ? [low / 3, high * 3] : [low, high]
}

/** Powers of ten, no more of them than have room for their labels; finer where there are few. */
function ticksIn([low, high]: readonly [number, number]): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  if (last - first < 2)
    return [1, 2, 5]
      .flatMap((of) => [-1, 0, 1].map((up) => of * 10 ** (first + up)))
      .filter((at) => at >= low && at <= high)
  const step = Math.max(1, Math.ceil((last - first + 1) / 6))
  return Array.from(
    { length: Math.floor((last - first) / step) + 1 },
    (_, index) => 10 ** (first + index * step),
  )
}

/** A logarithmic scale has no place for zero. */
function floored(spread: Spread, least: number): Spread {
  return Object.fromEntries(
    Object.entries(spread).map(([name, value]) => [name, Math.max(least, value)]),
  ) as Spread
}

const words = ({ mean, low, high }: { mean: number; low: number; high: number }) =>
  `${percentOf(mean)} (${percentOf(low)} to ${percentOf(high)})`
