import { InfrastructureError } from '../core/errors.ts'
import type { TrialIdentity } from '../core/events.ts'
import type { TrialResult } from './results.ts'

/** Different tasks that must have been void, so that one broken task is never taken for a broken machine. */
const fewestTasks = 3

/** A provider that does not answer, or refuses the key, is no matter of the task. */
const modelCodes = new Set(['model-unavailable', 'model-key', 'model-unknown', 'model-quota'])
/** Each attempt has tried for half a minute by itself. */
const longestOfModel = 3

interface Streak {
  readonly code: string
  attempts: number
  readonly tasks: Set<string>
}

/**
 * Notices that the world is down and not a trial unlucky: a provider that does not answer, a machine without memory.
 * An agent and model of which attempt after attempt is void, for the same reason and on different tasks, is given
 * up for this sitting; the rest of a long run would only repeat it, at the price of every trial's backoff.
 */
export class Streaks {
  /** Attempts of one agent and model that may be void in a row, for the same reason. */
  readonly #longest: number
  readonly #streaks = new Map<string, Streak>()
  readonly #failures = new Map<string, InfrastructureError>()

  constructor(longest: number) {
    this.#longest = longest
  }

  /** Why the trial's agent and model were given up; the first of them, where none is named. */
  failure(identity?: TrialIdentity): InfrastructureError | undefined {
    return identity ? this.#failures.get(whoOf(identity)) : this.#failures.values().next().value
  }

  add({ identity, end, reason, retryable, message }: TrialResult): void {
    const who = whoOf(identity)
    if (end === 'judged') {
      this.#streaks.delete(who)
      return
    }
    // What another attempt cannot mend is a mistake in a task or an agent, and costs no backoff.
    const ofModel = modelCodes.has(reason)
    if (reason === 'interrupted' || !(retryable || ofModel)) return
    const before = this.#streaks.get(who)
    const streak = before?.code === reason ? before : { code: reason, attempts: 0, tasks: new Set<string>() }
    this.#streaks.set(who, streak)
    streak.attempts++
    if (streak.tasks.size < fewestTasks) streak.tasks.add(`${identity.suite}/${identity.task}`)
    const enough = ofModel ? streak.attempts >= longestOfModel : streak.attempts >= this.#longest
    if (!enough || (!ofModel && streak.tasks.size < fewestTasks)) return
    const model = identity.model === null ? '' : ` with ${identity.model}`
    this.#failures.set(
      who,
      new InfrastructureError(
        reason,
        `gave up on ${identity.agent}${model}: ${streak.attempts} attempts in a row were void for the same reason. ${message ?? reason}`,
        { retryable: false },
      ),
    )
  }
}

function whoOf({ agent, model }: TrialIdentity): string {
  return JSON.stringify([agent, model])
}
