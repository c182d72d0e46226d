import { createLogUpdate } from 'log-update'
import pc from 'picocolors'
import type { News, Progress } from '../runs/progress.ts'
import { costOf, durationOf } from '../runs/report/words.ts'
import type { TrialResult } from '../runs/results.ts'
import { safeText } from '../runs/text.ts'

/** Shows a run on stderr: a live block on a terminal, else a plain line per trial that ended. */
export function runDisplay(): { onProgress(progress: Progress, news: News): void; end(): void } {
  return process.stderr.isTTY ? liveDisplay() : { onProgress: plainLine, end() {} }
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
    const { id, reason } = news.result
    return `${pc.yellow('again')}  ${id}  (${reason}; in ${news.seconds.toFixed(0)} s)`
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

function liveDisplay() {
  const update = createLogUpdate(process.stderr)
  let last: Progress | undefined
  const draw = () => last && update(blockOf(last, process.stderr.columns ?? 80))
  // Drawn at a steady pace and not at each of perhaps thousands of trials a second.
  const timer = setInterval(draw, 200)
  timer.unref()
  return {
    onProgress(progress: Progress, news: News) {
      last = progress
      // What went well only counts; what needs a look is said.
      const told = news.type === 'trial-ended' ? news.result.outcome === null : true
      const line = told ? lineOf(news) : undefined
      if (line === undefined) return
      update.clear()
      process.stderr.write(`${line}\n`)
      draw()
    },
    end() {
      clearInterval(timer)
      draw()
      update.done()
    },
  }
}

function blockOf(progress: Progress, columns: number): string {
  const { planned, done, running, waiting } = progress
  const width = Math.max(10, Math.min(40, columns - 40))
  const filled = planned === 0 ? 0 : Math.floor((done / planned) * width)
  const bar = pc.green('█'.repeat(filled)) + pc.dim('░'.repeat(width - filled))
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
