import type { Means } from '../core/agent.ts'
import { UsageError } from '../core/errors.ts'
import { milliseconds } from '../core/within.ts'

/** What an agent may use, where less than its trial may. */
export interface OwnBudget {
  readonly seconds?: number | undefined
  readonly tokens?: number | undefined
  /** US dollars. */
  readonly dollars?: number | undefined
}

/** What earlier attempts at a trial have used. */
export interface Used {
  readonly seconds: number
  readonly tokens: number
  readonly dollars: number
}

/** The agent's own budget, within the trial's. */
export interface Clock {
  /** Aborted when the trial must end or the agent's own time is over. */
  readonly signal: AbortSignal
  /** Throws `UsageError` (`no-price`) where dollars are to be kept and a reply had no price. */
  over(): boolean
}

/**
 * `used` is what earlier attempts at the trial have taken of it. They count against the trial's tokens and cost too, so that
 * a trial that was cut off gets no more than another.
 */
export function clockOf(own: OwnBudget, { budget, signal }: Means, used?: Used): Clock {
  const { limits } = budget
  const spent = { tokens: budget.tokens, dollars: budget.costUsd }
  const most = {
    tokens: Math.min(own.tokens ?? Number.POSITIVE_INFINITY, used ? limits.tokens : Number.POSITIVE_INFINITY),
    dollars: Math.min(
      own.dollars ?? Number.POSITIVE_INFINITY,
      used ? limits.costUsd : Number.POSITIVE_INFINITY,
    ),
  }
  const seconds = own.seconds === undefined ? undefined : own.seconds - (used?.seconds ?? 0)
  const late = seconds === undefined ? undefined : AbortSignal.timeout(milliseconds(Math.max(0, seconds)))
  return {
    signal: late ? AbortSignal.any([signal, late]) : signal,
    over() {
      if (own.dollars !== undefined && !budget.costKnown) {
        throw new UsageError(
          'no-price',
          `dollars=${own.dollars} cannot be kept, since the model has no price: give one with --prices, or use tokens=N`,
        )
      }
      return (
        late?.aborted === true ||
        budget.tokens - spent.tokens + (used?.tokens ?? 0) >= most.tokens ||
        budget.costUsd - spent.dollars + (used?.dollars ?? 0) >= most.dollars
      )
    },
  }
}
