import { InfrastructureError } from '../core/errors.ts'
import type { TrialResult } from './results.ts'

/**
 * Notices that the world is down and not a trial unlucky: a provider that does not answer, a program that is gone.
 * The rest of a long run would only repeat it, at the price of every trial's backoff.
 */
export class Streaks {
  /** Attempts of one agent and model that may be void in a row, for the same reason. */
  readonly #longest: number
  readonly #streaks = new Map<string, { code: string; length: number }>()

  constructor(longest: number) {
    this.#longest = longest
  }

  /** Throws `InfrastructureError` (with the code of its trials) once a streak is too long. */
  add({ identity, end, reason, message }: TrialResult): void {
    const who = `${identity.agent} ${identity.model}`
    if (end === 'judged') {
      this.#streaks.delete(who)
      return
    }
    if (reason === 'interrupted') return
    const before = this.#streaks.get(who)
    const length = before?.code === reason ? before.length + 1 : 1
    this.#streaks.set(who, { code: reason, length })
    if (length < this.#longest) return
    throw new InfrastructureError(
      reason,
      `stopped: ${length} attempts of ${identity.agent}${identity.model ? ` with ${identity.model}` : ''} in a row were void for the same reason. ${message ?? reason}`,
      { retryable: false },
    )
  }
}
