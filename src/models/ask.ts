import { InfrastructureError } from '../core/errors.ts'
import { backoffMs } from './backoff.ts'
import { type Failure, failureOf, RequestTimeout } from './failure.ts'
import type { Gate } from './gate.ts'
import type { Provider } from './names.ts'
import { type Draft, draftOf } from './reply.ts'
import type { CallOptions, LanguageModel } from './sdk.ts'
import { abortable, sleep } from './waiting.ts'

/** How patiently a model is asked. */
export interface Patience {
  readonly retries: number
  readonly backoffBaseMs: number
  readonly backoffCapMs: number
  readonly retryAfterCapMs: number
  readonly timeoutSeconds: number
  readonly maxReplyCharacters: number
}

/** Whom to ask. */
export interface Asked {
  readonly name: string
  readonly provider: Provider
  readonly languageModel: LanguageModel
  readonly gate: Gate
  readonly patience: Patience
  /** Never repeated in an error, even where the server says it back. */
  readonly apiKey?: string
}

/**
 * Asks until there is a reply. Throws `InfrastructureError`: `model-unavailable` when the tries are spent, another
 * code at once where trying again cannot help; and the signal's reason when it is aborted.
 */
export async function ask(
  asked: Asked,
  call: CallOptions,
  signal?: AbortSignal,
): Promise<{ draft: Draft; attempts: number }> {
  const { gate, patience, name } = asked
  const attemptOnce = async (): Promise<Draft | Failed> => {
    try {
      return await askOnce(asked, call, signal)
    } catch (thrown) {
      signal?.throwIfAborted()
      const failure = failureOf(thrown)
      // Asked to wait, all requests of the model wait, not only this one: the limit is the account's. Closed before
      // this one's place is given on, so that nobody slips through.
      if (failure.retryAfterMs !== undefined)
        gate.close(Math.min(failure.retryAfterMs, patience.retryAfterCapMs))
      return { failure, thrown }
    }
  }
  for (let attempt = 1; ; attempt++) {
    const outcome = await gate.pass(attemptOnce, signal)
    if (!('failure' in outcome)) return { draft: outcome, attempts: attempt }
    const { failure, thrown } = outcome
    if (!failure.retry || attempt > patience.retries) {
      const tries = attempt === 1 ? '' : ` after ${attempt} tries`
      const said = asked.apiKey ? failure.said.replaceAll(asked.apiKey, '[key]') : failure.said
      const message = `${name} gave no reply${tries}: ${said}. ${failure.advice}`
      throw new InfrastructureError(failure.code, message, { cause: thrown, retryable: failure.retry })
    }
    await sleep(backoffMs(attempt, { baseMs: patience.backoffBaseMs, capMs: patience.backoffCapMs }), signal)
  }
}

interface Failed {
  readonly failure: Failure
  readonly thrown: unknown
}

async function askOnce(asked: Asked, call: CallOptions, signal?: AbortSignal): Promise<Draft> {
  const { languageModel, patience, provider } = asked
  const deadline = new AbortController()
  const timer = setTimeout(
    () => deadline.abort(new RequestTimeout(`no complete reply within ${patience.timeoutSeconds} s`)),
    patience.timeoutSeconds * 1000,
  )
  const either = signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal
  try {
    const reply = (async () => {
      const { stream } = await languageModel.doStream({ ...call, abortSignal: either })
      return draftOf(stream, provider, patience.maxReplyCharacters, () => JSON.stringify(call.prompt).length)
    })()
    // The SDK obeys the signal; a custom server that swallows it must still not hold a trial.
    return await abortable(reply, either)
  } finally {
    clearTimeout(timer)
  }
}
