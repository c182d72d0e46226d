import { setTimeout as sleep } from 'node:timers/promises'
import { closeAll, defaultGraceSeconds } from '../../core/closing.ts'
import type { Conduct, Domain, Lab, Sitting } from '../../core/domain.ts'
import { InfrastructureError, messageOf, TouchstoneError, UsageError } from '../../core/errors.ts'
import { judgeAlone } from '../../core/judging.ts'
import { seedOf } from '../../core/seed.ts'
import type { Submission } from '../../core/submission.ts'
import type { Task } from '../../core/task.ts'
import type { Verdict } from '../../core/verdict.ts'
import { follow, milliseconds, within } from '../../core/within.ts'
import type { VoidStep } from './schema.ts'
import { tryOut } from './try-out.ts'

/** Seconds that one step may take: a judgement, or both checks of a mutant. */
const stepSeconds = 600
/** Seconds before a step is tried again, the first time; more each time. */
const firstPause = 2

/** What an audit needs of the world. */
export interface AuditMeans {
  openLab(seed: string, signal: AbortSignal): Lab & AsyncDisposable
  readonly seed: string
  /** Tries of a step that the infrastructure makes void. */
  readonly attempts: number
  readonly signal: AbortSignal
  /** A step is tried again, in so many seconds. */
  onAgain?(step: string, message: string, seconds: number): void
}

interface SharedSitting {
  readonly sitting: Promise<Sitting>
  readonly lab: AsyncDisposable
}

/** The steps of one task's audit: each in a lab of its own, tried again where the infrastructure failed. */
export class Steps implements AsyncDisposable {
  readonly voids: VoidStep[] = []
  readonly #means: AuditMeans
  readonly #task: Task
  readonly #domain: Domain
  readonly #seed: string
  #shared: SharedSitting | undefined

  constructor(means: AuditMeans, suite: string, task: Task, domain: Domain) {
    this.#means = means
    this.#task = task
    this.#domain = domain
    this.#seed = seedOf('audit', means.seed, suite, task.id)
  }

  /**
   * Judges a submission, or what comes of a trial in which something is done for one. Undefined where the step is void.
   * Throws the signal's reason once it is aborted.
   */
  async judge(step: string, played: Submission | Conduct): Promise<Verdict | undefined> {
    const { openLab, signal } = this.#means
    const seed = seedOf(this.#seed, step)
    const setup = { task: this.#task, domain: this.#domain, seed, signal, openLab, judgeSeconds: stepSeconds }
    return await this.run(step, () =>
      typeof played === 'function' ? tryOut(setup, step, played) : judgeAlone(setup, played),
    )
  }

  /** As `judge`, in one sitting with all others that are judged by this, where the domain has that. */
  async judgeTogether(step: string, played: Submission | Conduct): Promise<Verdict | undefined> {
    const { sit } = this.#domain
    if (!sit || typeof played === 'function') return await this.judge(step, played)
    const { openLab, signal } = this.#means
    const seed = seedOf(this.#seed, step)
    // Within the judgement, so that its time is limited.
    const judge = async (_: Task, submission: Submission, lab: Lab) => {
      this.#shared ??= this.#sit(sit.bind(this.#domain))
      return await (await this.#shared.sitting).judge(submission, lab)
    }
    const domain: Domain = { ...this.#domain, judge }
    const setup = { task: this.#task, domain, seed, signal, openLab, judgeSeconds: stepSeconds }
    return await this.run(step, async () => {
      try {
        return await judgeAlone(setup, played)
      } catch (thrown) {
        // Nobody knows in what state it is.
        await this[Symbol.asyncDispose]()
        throw thrown
      }
    })
  }

  #sit(sit: NonNullable<Domain['sit']>): SharedSitting {
    const lab = this.#means.openLab(seedOf(this.#seed, 'sitting'), this.#means.signal)
    const sitting = sit(this.#task, lab)
    sitting.catch(() => {})
    return { lab, sitting }
  }

  /** Ends the sitting; the next judgement begins a new one. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { sitting, lab } = this.#shared ?? {}
    this.#shared = undefined
    if (!sitting) return
    const end = { [Symbol.asyncDispose]: async () => (await sitting)[Symbol.asyncDispose]() }
    await closeAll([end, lab], defaultGraceSeconds)
  }

  /** Does something in a lab of its own; else as `judge`. */
  async inLab<T>(step: string, work: (lab: Lab) => Promise<T>): Promise<T | undefined> {
    return await this.run(step, () => this.#inLab(step, work))
  }

  async #inLab<T>(step: string, work: (lab: Lab) => Promise<T>): Promise<T> {
    const stop = new AbortController()
    const lab = this.#means.openLab(seedOf(this.#seed, step), stop.signal)
    const unlink = follow(this.#means.signal, { stop: (reason) => stop.abort(reason) })
    const late = () =>
      new InfrastructureError('judge-timeout', `${step} of ${this.#task.id} took more than ${stepSeconds} s`)
    const wall = setTimeout(() => stop.abort(late()), milliseconds(stepSeconds))
    try {
      const result = await within(work(lab), stop.signal, defaultGraceSeconds)
      stop.signal.throwIfAborted()
      return result
    } finally {
      clearTimeout(wall)
      unlink()
      await closeAll([lab], defaultGraceSeconds)
    }
  }

  async run<T>(step: string, work: () => Promise<T> | T): Promise<T | undefined> {
    const { attempts, signal, onAgain } = this.#means
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      try {
        return await work()
      } catch (thrown) {
        signal.throwIfAborted()
        // A broken task or a wrong request is not the machine's fault and must be mended first.
        if (thrown instanceof UsageError) throw thrown
        const retryable = thrown instanceof InfrastructureError && thrown.retryable
        if (!retryable || attempt >= attempts) {
          const code = thrown instanceof TouchstoneError ? thrown.code : 'bug'
          this.voids.push({ step, code, message: messageOf(thrown), retryable })
          return undefined
        }
        const seconds = firstPause ** attempt
        onAgain?.(step, messageOf(thrown), seconds)
        await sleep(seconds * 1000, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
  }
}
