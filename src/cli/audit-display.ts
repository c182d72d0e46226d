import pc from 'picocolors'
import { safeText } from '../pages/text.ts'
import { escapesOf } from '../runs/audit/escapes.ts'
import type { AuditNews, AuditProgress } from '../runs/audit/progress.ts'
import { distrustOf } from '../runs/audit/report.ts'
import type { TaskAudit } from '../runs/audit/schema.ts'
import { countOf, durationOf } from '../runs/report/words.ts'
import { barOf, type Display, liveDisplay } from './live-display.ts'

/** Shows an audit on stderr: a live block on a terminal, else a plain line per task that ended. */
export function auditDisplay(): Display<AuditProgress, AuditNews> {
  return process.stderr.isTTY ? liveDisplay(blockOf, lineToTell) : { onProgress: plainLine, end() {} }
}

function plainLine(progress: AuditProgress, news: AuditNews): void {
  const line = lineOf(news)
  if (line === undefined) return
  const width = String(progress.planned).length
  const left = progress.etaSeconds ? pc.dim(`, ${durationOf(progress.etaSeconds)} left`) : ''
  const more = news.type === 'task-ended' ? left : ''
  process.stderr.write(`${String(progress.done).padStart(width)}/${progress.planned}  ${line}${more}\n`)
}

function lineOf(news: AuditNews): string | undefined {
  if (news.type === 'again')
    return `${pc.yellow('again')}  ${safeText(news.step)}  (${safeText(news.message)}; in ${news.seconds.toFixed(0)} s)`
  if (news.type !== 'task-ended') return undefined
  const { task } = news
  return `${stateOf(task)}  ${safeText(`${task.suite}/${task.task}`)}  ${pc.dim(`(${wordsOn(task)})`)}`
}

function stateOf(task: TaskAudit): string {
  if (distrustOf(task).length > 0) return pc.red('distrust')
  if (task.voids.length > 0) return pc.magenta('void    ')
  return isFine(task) ? pc.green('fine    ') : pc.yellow('escapes ')
}

function wordsOn(task: TaskAudit): string {
  const seconds = Object.values(task.seconds).reduce((sum, part) => sum + part, 0)
  const escapes = escapesOf(task).length
  const [why] = distrustOf(task)
  const [voided] = task.voids
  return [
    ...(why ? [safeText(why.message)] : []),
    ...(voided ? [safeText(`${voided.step}: ${voided.message}`)] : []),
    ...(task.attacks.length > 0 ? [countOf(task.attacks.length, 'attack')] : []),
    ...(task.mutants.length > 0 ? [countOf(task.mutants.length, 'mutant')] : []),
    ...(escapes > 0 ? [`${escapes} seen by proof alone`] : []),
    durationOf(seconds),
  ].join(', ')
}

/** What is fine only counts; what needs a look is said. */
function lineToTell(news: AuditNews): string | undefined {
  return news.type === 'task-ended' && isFine(news.task) ? undefined : lineOf(news)
}

function blockOf(progress: AuditProgress, columns: number): string {
  const { planned, done, running, distrusted, mutants, escapes } = progress
  const bar = barOf(done, planned, columns)
  const left = progress.etaSeconds === null ? '' : `, ${durationOf(progress.etaSeconds)} left`
  const counts = [
    (distrusted > 0 ? pc.red : pc.dim)(`${countOf(distrusted, 'judge')} distrusted`),
    `${countOf(mutants, 'mutant')}`,
    (escapes > 0 ? pc.yellow : pc.dim)(`${escapes} seen by proof alone`),
    ...(progress.void > 0 ? [pc.magenta(`${progress.void} void`)] : []),
  ]
  return `${bar} ${done}/${planned} tasks  ${running} running\n${counts.join(' · ')} · ${durationOf(progress.elapsedSeconds)}${left}`
}

function isFine(task: TaskAudit): boolean {
  return distrustOf(task).length + task.voids.length + escapesOf(task).length === 0
}
