import type { Means } from '../core/agent.ts'
import { LimitReached, UsageError } from '../core/errors.ts'
import type { Model } from '../core/model.ts'

/** The model of an agent that cannot do without. Throws `UsageError` (`model-missing`). */
export function modelOf(means: Means, agent: string): Model {
  if (means.model) return means.model
  throw new UsageError('model-missing', `the agent ${agent} needs a model; name one with --model`)
}

/** Whether the trial ended because of a limit, whatever error that showed up as. */
export function atLimit(thrown: unknown, { signal }: Means): boolean {
  return thrown instanceof LimitReached || signal.reason instanceof LimitReached
}

/** The seed of one draw from the model: equal requests with different numbers are drawn anew, also from the cache. */
export function drawOf({ seed }: Means, number: number): string {
  return `${seed}/${number}`
}
