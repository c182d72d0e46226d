import type { Domain } from '../../core/domain.ts'
import { messageOf } from '../../core/errors.ts'
import { sizeOf } from '../../core/files.ts'
import type { Model } from '../../core/model.ts'
import type { Task } from '../../core/task.ts'
import { readTask } from '../../core/task-directory.ts'
import { Fallen, type RawItem, type Stage, stages, type Workshop } from '../source.ts'
import { changesOf } from './changes.ts'
import { forgeFiles } from './layout.ts'
import { metered } from './metered.ts'
import { putFiles } from './place.ts'
import { type Basis, type ItemRecord, untouched } from './record.ts'
import type { ForgeSettings } from './settings.ts'
import { type StepName, type Steps, Void } from './steps.ts'

/** Characters of a log that are kept: its end, where the failure is. */
const mostLog = 8192
const mostMessage = 2000

/** What an audit found: whether the task's judge can be believed, and why not. */
export interface Audited {
  readonly ok: boolean
  /** In words, the worst first. */
  readonly findings: readonly string[]
}

/** How tasks are audited before they are part of a suite. */
export interface Audit {
  /** What it takes, in words: it stands in the report, and tasks that were audited by another are forged again. */
  readonly what: string
  /** Throws `InfrastructureError` where nothing can be said. */
  audit(task: Task, signal: AbortSignal): Promise<Audited>
}

export interface ItemMeans<P> {
  readonly directory: string
  readonly workshop: Workshop<P>
  readonly steps: Steps
  readonly suite: ForgeSettings['suite']
  domainOf(name: string): Promise<Domain>
  readonly basis: Omit<Basis, 'fingerprint'>
  readonly audit?: Audit
  readonly model?: Model
  onReached(stage: Stage): void
  onAgain(step: StepName, message: string, seconds: number): void
  onRepair(attempt: number, message: string): void
}

/**
 * Takes one item as far as it goes. What it wrote is below `.forge/work/` afterwards. Throws the signal's reason once it is
 * aborted, and `InfrastructureError` (`cannot-write`) where the suite cannot be written.
 */
export async function forgeItem<P>(item: RawItem, means: ItemMeans<P>): Promise<ItemRecord> {
  const journey = new Journey(item, means)
  try {
    await journey.go()
  } catch (thrown) {
    journey.end(thrown)
  }
  return journey.record
}

class Journey<P> {
  readonly record: ItemRecord
  readonly #item: RawItem
  readonly #means: ItemMeans<P>

  constructor(item: RawItem, means: ItemMeans<P>) {
    const { id, path, category, fingerprint } = item
    this.#item = item
    this.#means = means
    this.record = {
      schema: 1,
      id,
      path,
      category,
      basis: { ...means.basis, fingerprint },
      outcome: 'written',
      plan: null,
      ...untouched(),
    }
  }

  async go(): Promise<void> {
    const { workshop, basis, audit } = this.#means
    const { record } = this
    let plan = await this.#step('understand', () => workshop.understand(this.#item))
    this.#plan(plan)
    this.#reach('understood')
    let task = await this.#write(plan)
    if (basis.until === 'written') return
    for (let attempt = 1; ; attempt++) {
      try {
        record.proof = { ...(await this.#prove(task, plan)) }
        break
      } catch (thrown) {
        const mended = thrown instanceof Fallen ? await this.#repair(plan, thrown, attempt) : undefined
        if (mended === undefined) throw thrown
        plan = mended
        this.#plan(plan)
        // What was reached with the other plan says nothing of this one.
        record.reached = 'understood'
        task = await this.#write(plan)
      }
    }
    this.#reach('answered')
    if (basis.until === 'audited' && audit) {
      const { ok, findings } = await this.#step('audit', (signal) => audit.audit(task, signal))
      record.audit = { ok, findings: findings.map((one) => one.slice(0, mostMessage)) }
      if (!ok) throw new Fallen('audit-distrusts', findings.join('; ') || 'the audit distrusts its judge')
      this.#reach('audited')
    }
    record.outcome = 'proved'
  }

  /** Writes down why it goes no further. */
  end(thrown: unknown): void {
    const { record } = this
    const stage = stages[stages.indexOf(record.reached) + 1] ?? 'audited'
    if (thrown instanceof Fallen) {
      const { kind, message, log } = thrown
      record.outcome = 'fallen'
      record.fallen = { stage, kind, message: message.slice(0, mostMessage), log: log.slice(-mostLog) }
    } else if (thrown instanceof Void) {
      const { code, message, retryable } = thrown
      record.outcome = 'void'
      record.void = { stage, code, message: message.slice(0, mostMessage), retryable }
    } else throw thrown
  }

  #plan(plan: P): void {
    this.record.plan = plan
    this.record.live = this.#means.workshop.isLive(plan)
  }

  #reach(stage: Stage): void {
    if (stages.indexOf(stage) <= stages.indexOf(this.record.reached)) return
    this.record.reached = stage
    this.#means.onReached(stage)
  }

  async #step<T>(step: StepName, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const begun = performance.now()
    try {
      return await this.#means.steps.run(step, work, (message, seconds) =>
        this.#means.onAgain(step, message, seconds),
      )
    } finally {
      const seconds = this.record.seconds[step] + (performance.now() - begun) / 1000
      this.record.seconds[step] = Math.round(seconds * 1000) / 1000
    }
  }

  /** Puts the task's files on the disk and reads them back, as everybody will. */
  async #write(plan: P): Promise<Task> {
    const { workshop, directory, suite, domainOf } = this.#means
    const { id } = this.#item
    const files = await this.#step('write', () => workshop.write(this.#item, plan))
    this.record.files = files.size
    this.record.bytes = sizeOf(files)
    const at = forgeFiles(directory).work(id)
    await putFiles(at, files)
    const task = await this.#step('write', () =>
      readTask(at, { id, suite: suite.name, version: suite.version }, domainOf),
    )
    this.#reach('written')
    return task
  }

  async #prove(task: Task, plan: P) {
    const { workshop } = this.#means
    return await this.#step('prove', () =>
      workshop.prove(task, plan, (stage) => {
        // An answer alone is no proof: checks that come after it may fail. It is shown, and counts when all of them hold.
        if (stage === 'answered') this.#means.onReached(stage)
        else this.#reach(stage)
      }),
    )
  }

  /** Another plan; undefined where there is nobody to make one, it was tried often enough, or none came of it. */
  async #repair(plan: P, fallen: Fallen, attempt: number): Promise<P | undefined> {
    const { workshop, model, basis } = this.#means
    if (!model || !workshop.repair || attempt > basis.repairs) return undefined
    this.#means.onRepair(attempt, fallen.message)
    const meter = metered(model)
    const begun = performance.now()
    const keep = (after: P, message: string) =>
      this.record.repairs.push({
        kind: fallen.kind,
        message: message.slice(0, mostMessage),
        changed: changesOf(plan, after),
        ...meter.spent(),
        seconds: Math.round(performance.now() - begun) / 1000,
      })
    try {
      const mended = await this.#step('repair', () => workshop.repair!(this.#item, plan, fallen, meter.model))
      keep(mended, fallen.message)
      return mended
    } catch (thrown) {
      if (!(thrown instanceof Fallen)) throw thrown
      keep(plan, `${fallen.message} No other plan came of it: ${messageOf(thrown)}`)
      return undefined
    }
  }
}
