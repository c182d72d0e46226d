import pc from 'picocolors'
import { type Paint, plainTable, type TableOptions } from '../../pages/plain-table.ts'
import { firstLine, safeText } from '../../pages/text.ts'
import { countOf, durationOf, percentOf } from '../../pages/words.ts'
import type { ForgeReport } from './schema.ts'
import { askedOf, funnelOf, totalOf, unseenOf } from './words.ts'

const mostReasons = 25
const mostCategories = 20
/** Characters shown of a message; the page has all of it. */
const mostCharacters = 110

/** A forge as plain text: the funnel, the categories, and why items fell. */
export function forgeTable(report: ForgeReport, options: TableOptions): string {
  const paint = pc.createColors(options.color)
  const { suite, source } = report.settings
  const about = `forged from ${suite.origin} by ${source.name} ${source.version}`
  const parts = [
    `${paint.bold(safeText(suite.name))} ${paint.dim(safeText(`version ${suite.version}, ${about}`))}`,
    funnel(report, paint),
    categories(report, paint),
    ...unseenOf(report).map((line) => paint.yellow(line)),
    ...reasons(report, paint),
    ...repairs(report),
    paint.dim(`${askedOf(report)}; ${time(report)}`),
    ...(report.open > 0 ? [paint.yellow(`${countOf(report.open, 'item')} not done, or not asked for.`)] : []),
    ...(report.void > 0
      ? [
          paint.yellow(
            `${countOf(report.void, 'item')} void: the machine failed there, which says nothing about them. The same command tries them again.`,
          ),
        ]
      : []),
    conclusion(report, paint),
  ]
  return `${parts.join('\n\n')}\n`
}

function funnel(report: ForgeReport, paint: Paint): string {
  const table = plainTable(['stage', 'items', 'with a service', 'files only', 'of found', 'fell'], paint)
  for (const { stage, reached, fell } of funnelOf(report)) {
    const total = totalOf(reached)
    table.push([
      stage,
      `${total}`,
      stage === 'found' ? '' : `${reached.live}`,
      stage === 'found' ? '' : `${reached.static}`,
      percentOf(total / Math.max(1, report.found)),
      fell > 0 ? paint.yellow(`${fell}`) : '',
    ])
  }
  return table.toString()
}

function categories({ categories: all, settings }: ForgeReport, paint: Paint): string {
  const table = plainTable(
    ['category', 'found', 'written', 'with a service', 'of them answer', 'in the suite', 'fell', 'void'],
    paint,
  )
  for (const { category, found, reached, proved, fallen, void: voided } of all.slice(0, mostCategories))
    table.push([
      safeText(category),
      `${found}`,
      `${totalOf(reached.written)}`,
      `${reached.written.live}`,
      settings.until === 'written' ? '–' : `${reached.answered.live}`,
      `${proved}`,
      `${fallen}`,
      voided > 0 ? paint.yellow(`${voided}`) : '0',
    ])
  const left = all.length - mostCategories
  return table.toString() + (left > 0 ? `\nand ${countOf(left, 'more category').replace(/ys$/, 'ies')}` : '')
}

function reasons({ reasons: all }: ForgeReport, paint: Paint): string[] {
  if (all.length === 0) return []
  const lines = all.slice(0, mostReasons).flatMap(({ outcome, stage, kind, count, examples }) => {
    const [first] = examples
    const head = `${String(count).padStart(5)}  ${paint.bold(safeText(kind))} ${paint.dim(`${outcome === 'void' ? 'void, ' : ''}not ${stage}`)}`
    return first
      ? [head, `       ${paint.dim(`${safeText(first.id)}: ${firstLine(first.message, mostCharacters)}`)}`]
      : [head]
  })
  const left = all.length - mostReasons
  return [
    [paint.bold('why items fell'), ...lines, ...(left > 0 ? [`and ${left} more kinds`] : [])].join('\n'),
  ]
}

function repairs({ repairs: { items, proved, requests, costUsd, costKnown } }: ForgeReport): string[] {
  if (items === 0) return []
  const cost = `${costKnown ? '' : '≥ '}$${costUsd.toFixed(2)}`
  return [
    `repairs: ${countOf(items, 'item')} tried, ${proved} of them proved now; ${countOf(requests, 'request')}, ${cost}`,
  ]
}

function time({ seconds }: ForgeReport): string {
  const parts = Object.entries(seconds).filter(([, sum]) => sum > 0)
  return parts.map(([step, sum]) => `${step} ${durationOf(sum)}`).join(', ') || 'nothing done'
}

function conclusion({ proved, found, settings, directory }: ForgeReport, paint: Paint): string {
  const kept = proved.live + proved.static
  if (kept === 0 && settings.until === 'written')
    return paint.bold('Nothing was proved: that was not asked for.')
  if (kept === 0) return paint.bold('The suite is empty.')
  const words = `The suite has ${countOf(kept, 'task')} of ${countOf(found, 'item')}, ${proved.live} with a service: ${safeText(directory)}`
  return paint.bold(paint.green(words))
}
