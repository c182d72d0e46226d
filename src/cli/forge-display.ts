import pc from 'picocolors'
import type { Count, ForgeNews, ForgeProgress, InWork } from '../forge/engine/funnel.ts'
import type { ItemRecord } from '../forge/engine/record.ts'
import { totalOf } from '../forge/report/words.ts'
import { type Stage, stages } from '../forge/source.ts'
import { firstLine, safeText } from '../pages/text.ts'
import { durationOf, percentOf } from '../pages/words.ts'
import { barOf, type Display, liveDisplay } from './live-display.ts'

/** Characters shown of a message. */
const mostCharacters = 120
/** Items in work that are named. */
const mostNamed = 4

/** Shows a forge on stderr: the funnel, live, on a terminal; else a plain line for each item that ended. */
export function forgeDisplay(until: Stage): Display<ForgeProgress, ForgeNews> {
  return process.stderr.isTTY
    ? liveDisplay((progress, columns) => blockOf(progress, columns, until), lineToTell)
    : { onProgress: plainLine, end() {} }
}

function plainLine(progress: ForgeProgress, news: ForgeNews): void {
  const line = lineOf(news)
  if (line === undefined) return
  const width = String(progress.planned).length
  const left = progress.etaSeconds ? pc.dim(`, ${durationOf(progress.etaSeconds)} left`) : ''
  const more = news.type === 'ended' ? left : ''
  process.stderr.write(`${String(progress.done).padStart(width)}/${progress.planned}  ${line}${more}\n`)
}

function lineOf(news: ForgeNews): string | undefined {
  if (news.type === 'again')
    return `${pc.yellow('again')}   ${safeText(news.id)}  ${news.step} (${firstLine(news.message, mostCharacters)}; in ${news.seconds.toFixed(0)} s)`
  if (news.type === 'repair')
    return `${pc.cyan('repair')}  ${safeText(news.id)}  ${news.attempt} (${firstLine(news.message, mostCharacters)})`
  return news.type === 'ended' ? endOf(news.record) : undefined
}

const colours = { proved: pc.green, written: pc.green, fallen: pc.yellow, void: pc.magenta }

function endOf({ id, outcome, live, fallen, void: voided, seconds }: ItemRecord): string {
  const why = fallen
    ? `${fallen.kind}: ${fallen.message}`
    : voided
      ? `${voided.code}: ${voided.message}`
      : live
        ? 'with a service'
        : 'files only'
  const took = durationOf(Object.values(seconds).reduce((sum, part) => sum + part, 0))
  return `${colours[outcome](outcome.padEnd(7))} ${safeText(id)}  ${pc.dim(`(${firstLine(why, mostCharacters)}, ${took})`)}`
}

/** What went well, or fell for a reason that the report has, only counts. */
function lineToTell(news: ForgeNews): string | undefined {
  const told = news.type === 'again' || (news.type === 'ended' && news.record.outcome === 'void')
  return told ? lineOf(news) : undefined
}

function blockOf(progress: ForgeProgress, columns: number, until: Stage): string {
  const { planned, done, earlier, inWork, elapsedSeconds, etaSeconds } = progress
  const left = etaSeconds === null ? '' : `, ${durationOf(etaSeconds)} left`
  const before = earlier > 0 ? pc.dim(` (${earlier} before)`) : ''
  const rate = done > earlier ? ` · ${((done - earlier) / elapsedSeconds).toFixed(1)} items/s` : ''
  return [
    `${barOf(done, planned, columns)} ${done}/${planned}${before}  ${durationOf(elapsedSeconds)}${rate}${left}`,
    ...rowsOf(progress, columns, until),
    ...worksOf(inWork, columns),
  ].join('\n')
}

function rowsOf(
  { reached, fell, found, done, proved, ...progress }: ForgeProgress,
  columns: number,
  until: Stage,
) {
  const shown = stages.slice(0, stages.indexOf(until) + 1)
  const width = Math.max(8, Math.min(30, columns - 52))
  const cells = (share: number) => Math.min(width, Math.round(share * width))
  return [
    ...shown.map((stage) => {
      const count: Count = stage === 'found' ? { live: 0, static: 0, unknown: found } : reached[stage]
      const total = totalOf(count)
      const of = Math.max(1, progress.planned)
      const [live, all] = [cells(count.live / of), cells(total / of)]
      const bar =
        pc.green('█'.repeat(live)) +
        pc.cyan('▓'.repeat(Math.max(0, all - live))) +
        ' '.repeat(width - Math.max(live, all))
      const parts =
        stage === 'found'
          ? progress.planned < found
            ? pc.dim(`${progress.planned} asked for`)
            : ''
          : `${pc.green(`${count.live} live`)} ${pc.cyan(`${count.static} static`)}`
      const share = stage === 'found' || done === 0 ? '' : pc.dim(` ${percentOf(total / done)}`)
      const lost = fell[stage] > 0 ? pc.yellow(`  ${fell[stage]} fell`) : ''
      return `${stage.padEnd(10)} ${String(total).padStart(5)} ${bar} ${parts}${share}${lost}`
    }),
    `${pc.bold('in suite')}   ${pc.bold(String(proved).padStart(5))}${progress.void > 0 ? pc.magenta(`  ${progress.void} void`) : ''}`,
  ]
}

function worksOf(inWork: readonly InWork[], columns: number): string[] {
  const oldest = inWork.toSorted((a, b) => a.since - b.since)
  const lines = oldest.slice(0, mostNamed).map(({ id, stage, since }) => {
    const line = `${safeText(id)}  ${stage}, ${durationOf(Math.floor((performance.now() - since) / 1000))}`
    return pc.dim(`  ${line.slice(0, Math.max(20, columns - 3))}`)
  })
  const more = inWork.length - lines.length
  return [...lines, ...(more > 0 ? [pc.dim(`  and ${more} more`)] : [])]
}
