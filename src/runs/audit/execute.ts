import { readdir, stat } from 'node:fs/promises'
import { makeDirectories } from '../../core/directories.ts'
import type { Domain } from '../../core/domain.ts'
import { InfrastructureError, messageOf, UsageError } from '../../core/errors.ts'
import { judgeAlone } from '../../core/judging.ts'
import { removeStaleLocks, takeLock } from '../../core/lock.ts'
import { seedOf } from '../../core/seed.ts'
import { emptySubmission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import { AppendFile } from '../journal/append.ts'
import { schedule } from '../schedule.ts'
import { auditTask } from './audit-task.ts'
import { auditFiles, keepEvidence, readSettings, readTasks, taskKey, writeSettings } from './files.ts'
import {
  type AuditPlan,
  checkAuditPlan,
  checkSameAudit,
  type PlannedTask,
  plannedTasks,
  settingsOf,
} from './plan.ts'
import { AuditCount, type AuditNews, type AuditProgress } from './progress.ts'
import { auditReportOf, isVoid } from './report.ts'
import type { AuditReport, TaskAudit } from './schema.ts'
import type { AuditMeans } from './steps.ts'

/** Tasks in a row whose oracle could not be judged for the same reason: then it is the machine. */
const longestStreak = 3

export interface AuditSetup extends Pick<AuditMeans, 'openLab' | 'attempts' | 'signal'> {
  readonly directory: string
  readonly plan: AuditPlan
  domainOf(name: string): Promise<Domain> | Domain
  /** Versions of the external programs, by name. */
  readonly tools: Readonly<Record<string, string>>
  /** Tasks under way at once. */
  readonly concurrency: number
  onProgress?(progress: AuditProgress, news: AuditNews): void
}

export interface AuditSummary {
  readonly ended: 'complete' | 'interrupted' | 'failed'
  readonly report: AuditReport
  /** Why the audit gave up. */
  readonly failure?: InfrastructureError
}

/**
 * Audits what is left of a plan in its directory. A task whose line is on the disk is not audited again, unless a
 * step of it was void. Throws `UsageError` (`another-audit`, `run-in-use`, `not-an-audit` and what `checkAuditPlan`
 * throws) and `InfrastructureError` (`cannot-write`, `journal-failed`, and what judging the first task throws).
 */
export async function executeAudit(setup: AuditSetup): Promise<AuditSummary> {
  const { directory, plan, signal } = setup
  const planned = plannedTasks(plan)
  const domains = await domainsOf(setup, planned)
  checkAuditPlan(
    plan,
    [...domains.values()].map(({ domain }) => domain),
  )
  const settings = settingsOf(plan, await judgesOf(setup, domains), setup.tools)
  await prepare(directory)
  await using _lock = await takeLock(auditFiles(directory).lock)
  await removeStaleLocks(auditFiles(directory).lock)
  const before = await readSettings(directory)
  if (before) checkSameAudit(directory, before, settings)
  else await writeSettings(directory, settings)
  const done = new Set<string>()
  const count = new AuditCount(planned.length)
  for (const task of await readTasks(directory)) {
    if (isVoid(task)) continue
    done.add(taskKey(task))
    count.addEarlier(task)
  }
  const tell = (news: AuditNews) => setup.onProgress?.(count.now(), news)
  tell({ type: 'begun' })
  const left = planned.filter(({ suite, entry }) => !done.has(taskKey({ suite, task: entry.id })))
  let failure: InfrastructureError | undefined
  await using lines = await linesOf(auditFiles(directory).tasks)
  const streak = streakOf()
  try {
    await schedule({
      lanes: [{ items: left.values(), limit: setup.concurrency }],
      limit: setup.concurrency,
      signal,
      async run({ suite, entry }) {
        count.running++
        tell({ type: 'task-begun' })
        try {
          const audited = await auditOne(setup, suite, await entry.load(), tell)
          lines.file.append(`${JSON.stringify(audited)}\n`)
          await lines.file.sync()
          count.add(audited)
          count.running--
          tell({ type: 'task-ended', task: audited })
          streak(audited)
        } catch (thrown) {
          count.running--
          // What Ctrl-C cut short is not done, and no failure.
          if (!signal.aborted) throw thrown
        }
        return 'over'
      },
    })
  } catch (thrown) {
    if (!(thrown instanceof InfrastructureError)) throw thrown
    failure = thrown
  }
  await lines.file.sync()
  const report = await auditReportOf(directory)
  if (failure) return { ended: 'failed', report, failure }
  return { ended: report.done < report.planned ? 'interrupted' : 'complete', report }
}

function auditOne(
  { directory, plan, domainOf, openLab, attempts, signal }: AuditSetup,
  suite: string,
  task: Task,
  tell: (news: AuditNews) => void,
): Promise<TaskAudit> {
  return Promise.resolve(domainOf(task.domain)).then((domain) =>
    auditTask(suite, task, domain, {
      openLab,
      attempts,
      signal,
      seed: plan.seed,
      mutants: plan.mutants,
      attacks: plan.attacks,
      onAgain: (step, message, seconds) =>
        tell({ type: 'again', step: `${suite}/${task.id}, ${step}`, message, seconds }),
      keep: (id, mutant, report) => keepEvidence(directory, suite, id, mutant, report),
    }),
  )
}

interface Found {
  readonly domain: Domain
  /** The first task of the domain. */
  readonly task: Task
}

/** Loads every task once, so that a broken file is told before anything runs. Throws `UsageError`. */
async function domainsOf(setup: AuditSetup, planned: readonly PlannedTask[]): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  for (const { entry } of planned) {
    const task = await entry.load()
    if (!found.has(task.domain)) found.set(task.domain, { domain: await setup.domainOf(task.domain), task })
  }
  return found
}

/** A judge says its version only in a verdict: one on nothing at all is the cheapest. */
async function judgesOf(
  { openLab, plan, signal }: AuditSetup,
  domains: ReadonlyMap<string, Found>,
): Promise<Record<string, string>> {
  const judges: Record<string, string> = {}
  for (const { domain, task } of domains.values()) {
    const means = { task, domain, openLab, signal, seed: seedOf('judge version', plan.seed) }
    const { judge } = await judgeAlone(means, emptySubmission(task.brief.answer))
    judges[judge.name] = judge.version
  }
  return judges
}

/** A directory with other things in it is not written to. */
async function prepare(directory: string): Promise<void> {
  try {
    await makeDirectories(directory)
  } catch (thrown) {
    const message = `cannot make the directory ${directory}: ${messageOf(thrown)}. Name another with --out`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  }
  const own = /^(settings\.json|tasks\.jsonl|audit\.(json|html)|evidence|lock)(\..*)?$/
  const foreign = (await readdir(directory)).find((name) => !own.test(name))
  if (foreign === undefined) return
  throw new UsageError(
    'not-an-audit',
    `${directory} has other things in it ("${foreign}"). Name an empty or new directory with --out`,
  )
}

async function linesOf(path: string): Promise<AsyncDisposable & { readonly file: AppendFile }> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  )
  const file = await AppendFile.open(path, size === undefined ? 'new' : { size })
  return { file, [Symbol.asyncDispose]: () => file.close() }
}

/** Throws once the oracles of several tasks in a row could not be judged for the same reason. */
function streakOf(): (task: TaskAudit) => void {
  let code: string | undefined
  let length = 0
  return ({ voids, task }) => {
    const failed = voids.find(({ step, retryable }) => step === 'oracle' && retryable)
    length = failed && failed.code === code ? length + 1 : failed ? 1 : 0
    code = failed?.code
    if (!failed || length < longestStreak) return
    const message = `gave up after ${task}: the oracles of ${length} tasks in a row could not be judged. ${failed.message}`
    throw new InfrastructureError(failed.code, message, { retryable: false })
  }
}

/** 1 where a judge cannot be trusted; 3 where something was not done or is void; 0 else. Escapes alone change nothing. */
export function exitCodeOfAudit({ report, failure, ended }: AuditSummary): 0 | 1 | 3 {
  if (report.distrust.length > 0) return 1
  return failure || ended !== 'complete' || report.totals.void > 0 ? 3 : 0
}
