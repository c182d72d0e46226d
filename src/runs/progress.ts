import type { TrialIdentity } from '../core/events.ts'
import type { Spent } from './journal/account.ts'
import type { TrialResult } from './results.ts'

/** Where a run stands. Costs and tokens are of all sittings. */
export interface Progress {
  readonly planned: number
  /** Ended for good: judged, or void and not tried again. */
  readonly done: number
  /** Of the done, those judged in earlier sittings. */
  readonly earlier: number
  readonly running: number
  /** Void for now, waiting to be tried again. */
  readonly waiting: number
  readonly solved: number
  readonly unsolved: number
  readonly rejected: number
  readonly void: number
  readonly costUsd: number
  /** False where some reply had no price: the cost is then a lower bound. */
  readonly costKnown: boolean
  readonly tokens: number
  readonly elapsedSeconds: number
  /** Seconds left at the pace of this sitting; null before anything ended. */
  readonly etaSeconds: number | null
}

/** What just happened in a run. */
export type News =
  | { readonly type: 'begun' }
  | { readonly type: 'trial-begun'; readonly identity: TrialIdentity; readonly attempt: number }
  /** Ended for good. */
  | { readonly type: 'trial-ended'; readonly result: TrialResult }
  /** Void, and tried again in `seconds`. */
  | { readonly type: 'trial-again'; readonly result: TrialResult; readonly seconds: number }
  /** Something that was found and mended, in words. */
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'ended' }

/** Counts what a run does. */
export class ProgressCount {
  readonly #planned: number
  readonly #startedAt = performance.now()
  #done = 0
  #earlier = 0
  #costUsd = 0
  #costKnown = true
  #tokens = 0
  #outcomes = { solved: 0, unsolved: 0, rejected: 0, void: 0 }
  running = 0
  waiting = 0

  constructor(planned: number) {
    this.#planned = planned
  }

  /** A trial that was judged before this sitting. */
  addEarlier(result: TrialResult): void {
    this.#earlier++
    this.#done++
    this.#outcomes[result.outcome ?? 'void']++
    this.addSpent(result.spent)
  }

  addEnd(result: TrialResult): void {
    this.#done++
    this.#outcomes[result.outcome ?? 'void']++
    this.addSpent(result.totals)
  }

  /** An attempt that did not end its trial has its price too. */
  addSpent({ costUsd, costKnown, inputTokens, outputTokens }: Spent): void {
    this.#costUsd += costUsd
    this.#costKnown &&= costKnown
    this.#tokens += inputTokens + outputTokens
  }

  now(): Progress {
    const elapsedSeconds = (performance.now() - this.#startedAt) / 1000
    const ended = this.#done - this.#earlier
    return {
      planned: this.#planned,
      done: this.#done,
      earlier: this.#earlier,
      running: this.running,
      waiting: this.waiting,
      ...this.#outcomes,
      costUsd: this.#costUsd,
      costKnown: this.#costKnown,
      tokens: this.#tokens,
      elapsedSeconds,
      etaSeconds: ended === 0 ? null : ((this.#planned - this.#done) * elapsedSeconds) / ended,
    }
  }
}
