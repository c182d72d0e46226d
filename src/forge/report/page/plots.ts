import * as Plot from '@observablehq/plot'
import type { Html } from '../../../pages/html.ts'
import { drawn } from '../../../pages/plot.ts'
import { safeText } from '../../../pages/text.ts'
import { percentOf } from '../../../pages/words.ts'
import type { ForgeReport } from '../schema.ts'
import { funnelOf, meaningOf, totalOf } from '../words.ts'

/** Categories that have a bar of their own. */
const mostCategories = 16

/** What items of the funnel are, in the order in which they are stacked. */
export const kinds = [
  { kind: 'live', name: 'with a service', color: 'var(--solved)' },
  { kind: 'static', name: 'files only', color: 'var(--line-0)' },
  { kind: 'unknown', name: 'not known', color: 'var(--void)' },
] as const

/** How many items reached each stage, and how many fell before it. */
export function funnelPlot(report: ForgeReport): Html {
  const rows = funnelOf(report).map(({ stage, reached, fell }) => ({
    stage,
    reached,
    fell,
    total: totalOf(reached),
  }))
  const bars = rows.flatMap(({ stage, reached, total }) =>
    kinds.map(({ kind, name, color }) => ({
      stage,
      name,
      color,
      count: reached[kind],
      title: `${stage} (${meaningOf[stage]}): ${reached[kind]} of ${total} ${name}`,
    })),
  )
  const labels = rows.map(({ stage, total, fell }) => ({
    stage,
    total,
    words: `${total} · ${percentOf(total / Math.max(1, report.found))}${fell > 0 ? ` · ${fell} fell` : ''}`,
  }))
  return drawn({
    height: 54 + rows.length * 36,
    marginLeft: 88,
    marginRight: 150,
    marginBottom: 36,
    ariaLabel: 'Items by the stage that they reached',
    x: { label: 'items', grid: true, domain: [0, Math.max(1, report.found)], ticks: 5, tickFormat: 'd' },
    y: { type: 'band', label: null, domain: rows.map(({ stage }) => stage), tickSize: 0, padding: 0.25 },
    marks: [
      Plot.barX(bars, {
        y: 'stage',
        x: 'count',
        z: 'name',
        order: kinds.map(({ name }) => name),
        fill: (bar: { color: string }) => bar.color,
        title: 'title',
      }),
      Plot.text(labels, {
        y: 'stage',
        x: 'total',
        text: 'words',
        textAnchor: 'start',
        dx: 8,
        fill: 'currentColor',
      }),
    ],
  })
}

/** What became of items, in the order in which it is stacked. */
export const fates = [
  { fate: 'live', name: 'in the suite, with a service', color: 'var(--solved)' },
  { fate: 'static', name: 'in the suite, files only', color: 'var(--line-0)' },
  { fate: 'written', name: 'written', color: 'var(--line-6)' },
  { fate: 'fallen', name: 'fell', color: 'var(--unsolved)' },
  { fate: 'void', name: 'void', color: 'var(--rejected)' },
  { fate: 'open', name: 'not done', color: 'var(--open)' },
] as const

/** What became of each category. */
export function categoryPlot({ items, categories }: ForgeReport): Html | undefined {
  const shown = categories.slice(0, mostCategories).map(({ category }) => category)
  if (shown.length < 2) return undefined
  const bars = shown.flatMap((category, row) =>
    fates.map(({ fate, name, color }) => {
      const count = items.filter((item) => {
        const now = item.outcome === 'proved' ? (item.live ? 'live' : 'static') : item.outcome
        return item.category === category && now === fate
      }).length
      return { row, name, color, count, title: `${safeText(category)}: ${count} ${name}` }
    }),
  )
  const short = (name: string) => (name.length > 18 ? `${name.slice(0, 17)}…` : name)
  return drawn({
    height: 54 + shown.length * 24,
    marginLeft: 130,
    marginRight: 24,
    marginBottom: 36,
    ariaLabel: 'What became of each category',
    x: { label: 'items', grid: true, ticks: 6, tickFormat: 'd' },
    y: {
      type: 'band',
      label: null,
      domain: shown.map((_, row) => row),
      tickFormat: (row: number) => short(safeText(shown[row]!)),
      tickSize: 0,
      padding: 0.25,
    },
    marks: [
      Plot.barX(
        bars.filter(({ count }) => count > 0),
        {
          y: 'row',
          x: 'count',
          z: 'name',
          order: fates.map(({ name }) => name),
          fill: (bar: { color: string }) => bar.color,
          title: 'title',
        },
      ),
    ],
  })
}
