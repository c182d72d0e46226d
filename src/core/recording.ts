import type { Feedback } from './agent.ts'
import type { Budget } from './budget.ts'
import { encodeSubmission } from './encoding.ts'
import type { Environment } from './environment.ts'
import { LimitReached, messageOf, TouchstoneError } from './errors.ts'
import type { Recorder, Totals } from './events.ts'
import type { Message, Model, ModelRequest } from './model.ts'
import type { Submission } from './submission.ts'
import type { Verdict } from './verdict.ts'

/** Counts that the trial loop keeps while it records. */
export type Tally = Pick<Totals, 'actions' | 'consultations'>

/** The environment with every action and observation written to the journal. */
export function recordedEnvironment(environment: Environment, recorder: Recorder, tally: Tally): Environment {
  return {
    brief: environment.brief,
    actions: environment.actions,
    collect: () => environment.collect(),
    place: (submission) => environment.place(submission),
    ...(environment.rate && { rate: environment.rate.bind(environment) }),
    async act(name, input, signal) {
      const id = tally.actions++
      recorder.write({ type: 'action', id, name, input })
      const startedAt = performance.now()
      try {
        const observation = await environment.act(name, input, signal)
        recorder.write({ type: 'observation', id, ...observation, seconds: secondsSince(startedAt) })
        return observation
      } catch (thrown) {
        const text = messageOf(thrown)
        recorder.write({ type: 'observation', id, ok: false, text, seconds: secondsSince(startedAt) })
        throw thrown
      }
    },
    [Symbol.asyncDispose]: () => environment[Symbol.asyncDispose](),
  }
}

/**
 * The model with every request charged to the budget and written to the journal. Requests that continue the one
 * before are written as what they add to it, so that a journal grows with the conversation and not with its square.
 */
export function recordedModel(model: Model, budget: Budget, recorder: Recorder): Model {
  let before: ModelRequest | undefined
  let requests = 0
  return {
    name: model.name,
    async generate(asked, signal) {
      budget.beginTurn()
      const request = withinBudget({ ...asked, messages: [...asked.messages] }, budget)
      const id = requests++
      const carried = commonPrefix(before?.messages ?? [], request.messages)
      recorder.write({
        type: 'request',
        id,
        model: model.name,
        ...(request.system !== before?.system && { system: request.system ?? null }),
        ...(request.tools !== before?.tools && { tools: request.tools ? [...request.tools] : null }),
        carried,
        messages: request.messages.slice(carried),
        ...(request.temperature !== undefined && { temperature: request.temperature }),
        ...(request.maxOutputTokens !== undefined && { maxOutputTokens: request.maxOutputTokens }),
        ...(request.draw !== undefined && { draw: request.draw }),
      })
      before = request
      try {
        const reply = await model.generate(request, signal)
        budget.charge(reply)
        recorder.write({ type: 'reply', id, ...reply })
        return reply
      } catch (thrown) {
        const code = thrown instanceof TouchstoneError ? thrown.code : signal?.aborted ? 'aborted' : 'error'
        recorder.write({ type: 'request-failed', id, code, message: messageOf(thrown) })
        throw thrown
      }
    },
  }
}

/** Near the end of the token budget a reply may be no longer than what is left; before, the provider's own limit holds. */
function withinBudget(request: ModelRequest, budget: Budget): ModelRequest {
  const near = 16_384
  if (budget.tokensLeft >= near && request.maxOutputTokens === undefined) return request
  return { ...request, maxOutputTokens: Math.min(request.maxOutputTokens ?? near, budget.tokensLeft) }
}

function commonPrefix(before: readonly Message[], now: readonly Message[]): number {
  let length = 0
  while (length < before.length && length < now.length && before[length] === now[length]) length++
  return length
}

/**
 * The judge as an agent may consult it: counted, written to the journal, and cut to what the feedback policy
 * allows. Evidence never passes.
 */
export function recordedConsultation(
  environment: Environment,
  judge: (submission: Submission) => Promise<Verdict>,
  recorder: Recorder,
  tally: Tally,
): (submission: Submission) => Promise<Feedback> {
  const { consultations, detail } = environment.brief.feedback
  return async (submission) => {
    if (tally.consultations >= consultations) {
      throw new LimitReached('consultations', `all ${consultations} consultations of the judge are used`)
    }
    const id = tally.consultations++
    const startedAt = performance.now()
    const verdict = await judge(submission)
    const feedback = {
      outcome: verdict.outcome,
      score: verdict.score,
      reason: verdict.reason,
      findings: detail === 'findings' ? [...verdict.findings] : [],
    }
    recorder.write({
      type: 'consultation',
      id,
      submission: encodeSubmission(submission),
      ...feedback,
      seconds: secondsSince(startedAt),
    })
    return { ...feedback, left: consultations - tally.consultations }
  }
}

export function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1e6
}
