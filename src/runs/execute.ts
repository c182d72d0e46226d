import { setMaxListeners } from 'node:events'
import { rename } from 'node:fs/promises'
import type { Agent } from '../core/agent.ts'
import type { Domain, Lab } from '../core/domain.ts'
import { InfrastructureError, TouchstoneError, UsageError } from '../core/errors.ts'
import type { TrialIdentity } from '../core/events.ts'
import type { Model } from '../core/model.ts'
import { randomOf } from '../core/seed.ts'
import { runTrial } from '../core/trial.ts'
import type { AppendFile } from './journal/append.ts'
import { earlierCandidates } from './journal/candidates.ts'
import { compressJournal } from './journal/compress.ts'
import { type Journal, openJournal } from './journal/writer.ts'
import { journalPath, trialId } from './layout.ts'
import { checkPlan, type Plan, type PlannedTrial, sizeOfPlan, trialsOf } from './plan.ts'
import { type News, type Progress, ProgressCount } from './progress.ts'
import { openIndex, resultOfEnd, resultOfState, type TrialResult, wasInterrupted } from './results.ts'
import { schedule, type Tried } from './schedule.ts'
import { beginSitting, type RunSitting, type SittingFacts } from './sitting.ts'
import { Streaks } from './streak.ts'
import { settleCompressions, survey } from './survey.ts'
import { checkTasks, TaskShelf } from './tasks.ts'

/** Where a run gets what its trials need. */
export interface Resources {
  domainOf(name: string): Promise<Domain> | Domain
  /** Asked for every trial, so that an agent may depend on it (`replay`). Throws `UsageError`. */
  agentOf(name: string, domain: Domain, identity: TrialIdentity): Promise<Agent> | Agent
  modelOf(name: string): Promise<Model> | Model
  openLab(seed: string, signal: AbortSignal): Lab & AsyncDisposable
}

export interface RunSetup {
  readonly directory: string
  readonly plan: Plan
  readonly resources: Resources
  readonly facts: SittingFacts
  /** Trials under way at once. */
  readonly concurrency: number
  /** Trials under way at once for one model; the default is no limit of its own. */
  readonly modelConcurrency?: (model: string) => number
  /** Attempts at one trial in this sitting. Default: 3. */
  readonly attempts?: number
  /** Wait before the second attempt, in seconds; doubled for each further one up to a minute, with jitter. Default: 1. */
  readonly backoffSeconds?: number
  /** Journals of judged trials larger than this are compressed, in bytes. Default: 1 MiB. */
  readonly compressBytes?: number
  /** Resume although a suite has another version now. */
  readonly force?: boolean
  /** The user's interruption: what is under way ends as void, and the run can be resumed. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress, news: News) => void
}

export interface RunSummary {
  readonly directory: string
  readonly ended: 'complete' | 'interrupted' | 'failed'
  /** Why it stopped before its end: exit with `failure.exitCode`. */
  readonly failure: TouchstoneError | null
  readonly progress: Progress
}

/**
 * Does a plan, or what is left of it: trials that its directory holds a verdict of are not done again. Every trial is
 * on disk before it is counted. The run stops where a journal cannot be written, and gives up on an agent whose trials
 * are void one after another for the same reason; it can then be resumed.
 *
 * Throws `UsageError` before anything runs: `planned-twice`, `no-tasks`, `run-in-use`, `another-run`,
 * `suite-changed`, what loading a task throws; and `InfrastructureError` (`cannot-write`).
 */
export async function executeRun(setup: RunSetup): Promise<RunSummary> {
  checkPlan(setup.plan)
  await checkTasks(setup.plan, setup.resources.domainOf)
  const sitting = await beginSitting(setup)
  try {
    return await sat(setup, sitting)
  } finally {
    await sitting[Symbol.asyncDispose]()
  }
}

async function sat(setup: RunSetup, sitting: RunSitting): Promise<RunSummary> {
  const progress = new ProgressCount(sizeOfPlan(setup.plan))
  const tell = (news: News) => setup.onProgress?.(progress.now(), news)
  const stop = new AbortController()
  setMaxListeners(0, stop.signal)
  const interrupt = () => stop.abort(setup.signal?.reason)
  if (setup.signal?.aborted) interrupt()
  setup.signal?.addEventListener('abort', interrupt, { once: true })

  let failure: TouchstoneError | null = null
  try {
    const index = await openIndex(setup.directory)
    try {
      const judged = await judgedBefore(setup, index, progress, tell)
      tell({ type: 'begun' })
      const runner = new Runner(setup, index, progress, tell, stop)
      await schedule({
        lanes: lanesOf(setup, judged),
        limit: setup.concurrency,
        signal: stop.signal,
        run: (trial, tries) => runner.attempt(trial, tries),
      }).finally(() => runner.compressed)
      failure = runner.streaks.failure() ?? null
      await index.sync()
    } finally {
      await index.close()
    }
  } catch (thrown) {
    failure = thrown instanceof TouchstoneError ? thrown : crashed(thrown)
  } finally {
    setup.signal?.removeEventListener('abort', interrupt)
  }
  const { done, planned } = progress.now()
  const ended = failure ? 'failed' : done < planned ? 'interrupted' : 'complete'
  await sitting.end(ended).catch((thrown: TouchstoneError) => {
    failure ??= thrown
  })
  tell({ type: 'ended' })
  return { directory: setup.directory, ended: failure ? 'failed' : ended, failure, progress: progress.now() }
}

function crashed(thrown: unknown): InfrastructureError {
  const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return new InfrastructureError('run-crashed', `the run crashed: ${why}`, { cause: thrown })
}

/**
 * The trials that need not run. Mends on the way: a judged trial that the index lacks is added, and a journal that
 * cannot be read is moved aside, so that its trial runs again.
 */
async function judgedBefore(
  { directory }: RunSetup,
  index: AppendFile,
  progress: ProgressCount,
  tell: (news: News) => void,
): Promise<ReadonlySet<string>> {
  const judged = new Set<string>()
  await settleCompressions(directory)
  for await (const standing of survey(directory)) {
    const { id } = standing
    if (standing.state === 'judged') {
      judged.add(id)
      progress.addEarlier(standing.result)
      if (!standing.indexed) index.append(`${JSON.stringify(standing.result)}\n`)
    } else if (standing.state === 'unreadable') {
      const path = journalPath(directory, id)
      const aside = `${path}.unreadable-${Date.now()}`
      for (const ending of ['', '.zst']) await rename(`${path}${ending}`, `${aside}${ending}`).catch(() => {})
      tell({ type: 'notice', text: `${standing.message}. Moved to ${aside}; the trial runs again` })
    } else {
      progress.addSpent(standing.state === 'open' ? standing.spent : standing.result.spent)
    }
  }
  return judged
}

/** A lane for each model, and one for the agents without. */
function lanesOf({ plan, concurrency, modelConcurrency }: RunSetup, judged: ReadonlySet<string>) {
  const models = [...new Set(plan.pairings.map(({ model }) => model))]
  return models.map((model) => {
    const pairings = plan.pairings.filter((pairing) => pairing.model === model)
    const limit = model === null ? concurrency : (modelConcurrency?.(model) ?? concurrency)
    return { limit, items: left(trialsOf(plan, pairings), judged) }
  })
}

function* left(
  trials: Iterable<PlannedTrial>,
  judged: ReadonlySet<string>,
): Generator<PlannedTrial, undefined> {
  for (const trial of trials) if (judged.size === 0 || !judged.has(trialId(trial.identity))) yield trial
}

/** Attempts trials. */
class Runner {
  readonly #setup: RunSetup
  readonly #index: AppendFile
  readonly #progress: ProgressCount
  readonly #tell: (news: News) => void
  readonly #stop: AbortController
  readonly #shelf: TaskShelf
  readonly #models = new Map<string, Promise<Model> | Model>()
  readonly streaks: Streaks
  /** Compression goes on behind the trials, one file at a time. */
  compressed: Promise<void> = Promise.resolve()

  constructor(
    setup: RunSetup,
    index: AppendFile,
    progress: ProgressCount,
    tell: (news: News) => void,
    stop: AbortController,
  ) {
    this.#setup = setup
    this.#index = index
    this.#progress = progress
    this.#tell = tell
    this.#stop = stop
    this.#shelf = new TaskShelf(setup.plan)
    // All trials under way at once may meet the same short outage; more than that is a long one.
    this.streaks = new Streaks(setup.concurrency + 5)
  }

  /** Throws what must stop the run; the trials under way are then told to end. */
  async attempt(trial: PlannedTrial, tries: number): Promise<Tried> {
    const { directory } = this.#setup
    if (tries > 1) this.#progress.waiting--
    // Not done, and taken up by the next sitting.
    if (this.streaks.failure(trial.identity)) return 'over'
    this.#progress.running++
    try {
      const journal = await openJournal(journalPath(directory, trialId(trial.identity)))
      let result: TrialResult
      try {
        result = await this.#run(trial, journal)
      } finally {
        await journal.close()
      }
      this.#index.append(`${JSON.stringify(result)}\n`)
      await this.#index.written()
      const tried = this.#settle(trial, tries, result, journal)
      if (!this.#stop.signal.aborted) this.streaks.add(result)
      return tried
    } catch (thrown) {
      this.#stop.abort(thrown)
      throw thrown
    } finally {
      this.#progress.running--
    }
  }

  async #run(trial: PlannedTrial, journal: Journal): Promise<TrialResult> {
    const { resources } = this.#setup
    const { identity, seed } = trial
    const ended = journal.before && resultOfState(journal.before, journal.size)
    if (ended?.end === 'judged') return ended
    const attempt = (journal.before?.attempt ?? 0) + 1
    this.#tell({ type: 'trial-begun', identity, attempt })
    const task = await this.#shelf.load(trial.entry)
    const model = identity.model === null ? undefined : await this.#model(identity.model)
    const domain = await resources.domainOf(task.domain)
    const end = await runTrial({
      identity,
      attempt,
      seed,
      task,
      domain,
      agent: await resources.agentOf(identity.agent, domain, identity),
      ...(model && { model }),
      openLab: resources.openLab,
      recorder: journal,
      ...(journal.before?.candidates && {
        earlier: await earlierCandidates(journal.path, task.origin.version),
      }),
      signal: this.#stop.signal,
    })
    return resultOfEnd({ identity, attempt, bytes: journal.size }, task, end, journal.account)
  }

  #model(name: string): Promise<Model> | Model {
    const known = this.#models.get(name) ?? this.#setup.resources.modelOf(name)
    this.#models.set(name, known)
    return known
  }

  #settle(trial: PlannedTrial, tries: number, result: TrialResult, journal: Journal): Tried {
    const { attempts = 3, backoffSeconds = 1, compressBytes = 1024 ** 2 } = this.#setup
    const again = result.end === 'void' && result.retryable === true && tries < attempts
    if (again && !this.#stop.signal.aborted) {
      const jitter = 0.5 + randomOf(`${trial.seed}/backoff/${result.attempt}`)()
      const seconds = Math.min(60, backoffSeconds * 2 ** (tries - 1)) * jitter
      this.#progress.waiting++
      this.#progress.addSpent(result.totals)
      this.#tell({ type: 'trial-again', result, seconds })
      return { again: seconds }
    }
    // A trial that the end of the run cut short is not done: the next sitting takes it up.
    if (wasInterrupted(result)) this.#progress.addSpent(result.totals)
    else this.#progress.addEnd(result)
    if (result.end === 'judged' && journal.size > compressBytes) {
      // A journal that stays plain is as good; the next sitting removes what was left half done.
      this.compressed = this.compressed.then(() => compressJournal(journal.path)).catch(() => {})
    }
    this.#tell({ type: 'trial-ended', result })
    return 'over'
  }
}

/** What `touchstone run` exits with: 3 where infrastructure stopped it or left trials void, 2 for wrong usage. */
export function exitCodeOf({ failure, ended, progress }: RunSummary): 0 | 1 | 2 | 3 {
  if (failure) return failure instanceof UsageError ? 2 : 3
  return ended === 'interrupted' || progress.void > 0 ? 3 : 0
}
