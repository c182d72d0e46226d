import pc from 'picocolors'
import { firstLine, safeText } from '../pages/text.ts'
import type { News, Progress } from '../runs/progress.ts'
import { costOf, durationOf } from '../runs/report/words.ts'
import type { TrialResult } from '../runs/results.ts'
import { barOf, type Display, liveDisplay } from './live-display.ts'

/** Shown of why an attempt was void that is made again. */
const mostCharacters = 150

/** Shows a run on stderr: a live block on a terminal, else a plain line per trial that ended. */
export function runDisplay(): Display<Progress, News> {
  return process.stderr.isTTY ? liveDisplay(blockOf, lineToTell) : { onProgress: plainLine, end() {} }
}

function plainLine(progress: Progress, news: News): void {
  const line = lineOf(news)
  if (line === undefined) return
  const width = String(progress.planned).length
  process.stderr.write(`${String(progress.done).padStart(width)}/${progress.planned}  ${line}\n`)
}

/** What a piece of news is worth saying on a line of its own. */
function lineOf(news: News): string | undefined {
  // What Ctrl-C cut short is not done, and no news.
  if (news.type === 'trial-ended' && news.result.reason === 'interrupted') return undefined
  if (news.type === 'trial-ended')
    return `${outcomeOf(news.result)}  ${news.result.id}${because(news.result)}`
  if (news.type === 'trial-again') {
    const { id, reason, message } = news.result
    const why = message ? `${reason}: ${firstLine(message, mostCharacters)}` : reason
    return `${pc.yellow('again')}  ${id}  (${why}; in ${news.seconds.toFixed(0)} s)`
  }
  return news.type === 'notice' ? `${pc.yellow('notice')}  ${safeText(news.text)}` : undefined
}

const colours = { solved: pc.green, unsolved: pc.yellow, rejected: pc.red, void: pc.magenta }

function outcomeOf({ outcome }: TrialResult): string {
  return colours[outcome ?? 'void']((outcome ?? 'void').padEnd(8))
}

function because({ outcome, reason, stoppedBy, message }: TrialResult): string {
  if (outcome === 'solved') return ''
  const why = stoppedBy ? `limit: ${stoppedBy}, ${reason}` : reason
  return pc.dim(`  (${why}${message ? `: ${safeText(message)}` : ''})`)
}

/** What went well only counts; what needs a look is said. */
function lineToTell(news: News): string | undefined {
  return news.type === 'trial-ended' && news.result.outcome !== null ? undefined : lineOf(news)
}

function blockOf(progress: Progress, columns: number): string {
  const { planned, done, running, waiting } = progress
  const bar = barOf(done, planned, columns)
  const left = progress.etaSeconds === null ? '' : `, ${durationOf(progress.etaSeconds)} left`
  const cost = progress.tokens > 0 ? ` · ${costOf(progress)}` : ''
  const counts = (['solved', 'unsolved', 'rejected', 'void'] as const).map((name) =>
    colours[name](`${progress[name]} ${name}`),
  )
  return (
    `${bar} ${done}/${planned}  ${running} running${waiting > 0 ? `, ${waiting} to be tried again` : ''}\n` +
    `${counts.join(' · ')}${cost} · ${durationOf(progress.elapsedSeconds)}${left}`
  )
}
