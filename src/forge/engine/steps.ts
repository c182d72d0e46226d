import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeAll, defaultGraceSeconds } from '../../core/closing.ts'
import type { Lab } from '../../core/domain.ts'
import { InfrastructureError, messageOf, TouchstoneError, UsageError } from '../../core/errors.ts'
import { milliseconds, within } from '../../core/within.ts'
import { Fallen } from '../source.ts'
import type { ItemRecord } from './record.ts'

export type StepName = keyof ItemRecord['seconds']

/** Seconds that one try of a step may take: far more than any should, so that nothing hangs a forge. */
const longest: Readonly<Record<StepName, number>> = {
  understand: 300,
  write: 300,
  prove: 900,
  repair: 900,
  audit: 1800,
}
/** Seconds before a step is tried again, the first time; more each time. */
const firstPause = 2
/** Tries of a step that takes too long: that is the machine's load as much as the item's doing, and each costs all its time. */
const triesOfLate = 2

/** The code of a step that took too long. */
export const late = 'took-too-long'

/** Nothing can be said of the item: the machine failed, or Touchstone itself. */
export class Void extends Error {
  readonly code: string
  readonly retryable: boolean
  constructor(code: string, message: string, options: { retryable: boolean; cause: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'Void'
    this.code = code
    this.retryable = options.retryable
  }
}

export interface StepMeans {
  openLab(seed: string, signal: AbortSignal): Lab & AsyncDisposable
  /** Tries of a step that the infrastructure fails. */
  readonly attempts: number
  readonly signal: AbortSignal
  /** Seconds that one try of any step may take, where the steps' own limits do not do. */
  readonly longest?: number
}

interface Try {
  readonly signal: AbortSignal
  readonly labs: (Lab & AsyncDisposable)[]
}

/**
 * Runs the steps of items: each try has its end in time, with which all labs that were opened in it are closed, and is
 * made again where the infrastructure failed or the time was over.
 */
export class Steps {
  readonly #means: StepMeans
  /** The try that a lab is opened in: sources open labs without saying for which item. */
  readonly #now = new AsyncLocalStorage<Try>()

  constructor(means: StepMeans) {
    this.#means = means
  }

  /** A lab that dies with the forge, or with the step that it is opened in where that takes too long. */
  openLab(seed: string): Lab & AsyncDisposable {
    const now = this.#now.getStore()
    const lab = this.#means.openLab(seed, now?.signal ?? this.#means.signal)
    now?.labs.push(lab)
    return lab
  }

  /**
   * What the step comes to. Throws `Fallen`, `Void`, or the signal's reason once it is aborted. A wrong request inside a
   * step (a path that leads out, a task that does not read) is the item's doing.
   */
  async run<T>(
    step: StepName,
    work: (signal: AbortSignal) => Promise<T>,
    onAgain: (message: string, seconds: number) => void,
  ): Promise<T> {
    const { attempts, signal } = this.#means
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted()
      try {
        return await this.#once(step, work)
      } catch (thrown) {
        signal.throwIfAborted()
        if (thrown instanceof Fallen) throw thrown
        if (thrown instanceof UsageError) throw new Fallen(thrown.code, thrown.message, { cause: thrown })
        const retryable = thrown instanceof InfrastructureError && thrown.retryable
        const most = thrown instanceof InfrastructureError && thrown.code === late ? triesOfLate : attempts
        if (!retryable || attempt >= most) throw voidOf(thrown)
        const seconds = firstPause ** attempt
        onAgain(messageOf(thrown), seconds)
        await sleep(milliseconds(seconds), undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    }
  }

  async #once<T>(step: StepName, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController()
    const seconds = this.#means.longest ?? longest[step]
    const end = () => over.abort(new InfrastructureError(late, `${step} took more than ${seconds} s`))
    const timer = setTimeout(end, milliseconds(seconds))
    const now: Try = { signal: AbortSignal.any([this.#means.signal, over.signal]), labs: [] }
    try {
      const result = await within(
        this.#now.run(now, () => work(now.signal)),
        now.signal,
        defaultGraceSeconds,
      )
      over.signal.throwIfAborted()
      return result
    } catch (thrown) {
      over.signal.throwIfAborted()
      throw thrown
    } finally {
      clearTimeout(timer)
      if (over.signal.aborted) await closeAll(now.labs, defaultGraceSeconds)
    }
  }
}

function voidOf(thrown: unknown): Void {
  if (thrown instanceof TouchstoneError) {
    const retryable = thrown instanceof InfrastructureError && thrown.retryable
    return new Void(thrown.code, thrown.message, { retryable, cause: thrown })
  }
  // A mistake in Touchstone must not take hundreds of other items down with it.
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return new Void('bug', `a mistake in Touchstone: ${stack.slice(0, 2000)}`, {
    retryable: false,
    cause: thrown,
  })
}
