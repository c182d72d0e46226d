import type { Feedback } from './agent.ts'
import type { Budget } from './budget.ts'
import type { Candidate } from './candidate.ts'
import { encodeSubmission } from './encoding.ts'
import type { Environment } from './environment.ts'
import { LimitReached, messageOf, TouchstoneError } from './errors.ts'
import type { EventBody, Recorder, Totals } from './events.ts'
import type { Message, Model, ModelRequest } from './model.ts'
import { NotAdmitted, recordable, type Submission } from './submission.ts'
import type { Brief } from './task.ts'
import type { Verdict } from './verdict.ts'

/** One for all trials: a stack trace for each would cost as much as its journal. */
const partOver = new Error("the agent's part of the trial is over")

/** Counts that the trial loop keeps while it records. */
export type Tally = Pick<Totals, 'actions' | 'consultations'>

/**
 * The agent's part of one trial, as everything handed to the agent sees it. A limit that is reached stops the
 * part, whether or not the agent passes the error on. Once the part is over, an agent that was left behind can
 * neither act nor write.
 */
export class Part {
  readonly tally: Tally = { actions: 0, consultations: 0 }
  readonly #recorder: Recorder
  readonly #stop = new AbortController()
  readonly #judgements = new Set<Promise<unknown>>()
  #over = false

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** The limit that stopped it, if one did. */
  get limit(): LimitReached | undefined {
    return this.signal.reason instanceof LimitReached ? this.signal.reason : undefined
  }

  get over(): boolean {
    return this.#over
  }

  stop(reason: unknown): void {
    this.#stop.abort(reason)
  }

  /** Ends it, once the judgements that it asked for have closed their sandboxes. */
  async end(): Promise<void> {
    this.#over = true
    this.stop(partOver)
    await Promise.allSettled(this.#judgements)
  }

  /** A judgement that the agent asked for. It ends by itself soon after the part is stopped. */
  async judgement(verdict: Promise<Verdict>): Promise<Verdict> {
    this.#judgements.add(verdict)
    return verdict.finally(() => this.#judgements.delete(verdict))
  }

  write(event: EventBody): void {
    if (!this.#over) this.#recorder.write(event)
  }

  /** Runs one deed of the agent: not at all once the part is stopped, and a limit it runs into stops the part. */
  async run<T>(deed: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted()
    return this.watch(deed)
  }

  /** Runs what an agent may also do after the part was stopped: putting its best in place. */
  async watch<T>(deed: () => Promise<T>): Promise<T> {
    try {
      return await deed()
    } catch (thrown) {
      if (thrown instanceof LimitReached) this.stop(thrown)
      throw thrown
    }
  }
}

/** The environment with every action and observation written to the journal. */
export function recordedEnvironment(environment: Environment, part: Part): Environment {
  return {
    brief: environment.brief,
    actions: environment.actions,
    collect: () => collectFrom(environment),
    place: (submission) => part.watch(() => environment.place(submission)),
    ...(environment.rate && {
      rate: (candidate, signal) => part.run(() => environment.rate!(candidate, signal ?? part.signal)),
    }),
    act: (name, input, signal) =>
      part.run(async () => {
        const id = part.tally.actions++
        part.write({ type: 'action', id, name, input })
        const startedAt = performance.now()
        try {
          const observation = await environment.act(name, input, signal ?? part.signal)
          part.write({ type: 'observation', id, ...observation, seconds: secondsSince(startedAt) })
          return observation
        } catch (thrown) {
          const text = messageOf(thrown)
          part.write({ type: 'observation', id, ok: false, text, seconds: secondsSince(startedAt) })
          throw thrown
        }
      }),
    [Symbol.asyncDispose]: () => environment[Symbol.asyncDispose](),
  }
}

/** `environment.collect()`. Throws `NotAdmitted` for what the environment refuses to take. */
export async function collectFrom(environment: Environment): Promise<Submission> {
  try {
    return await environment.collect()
  } catch (thrown) {
    if (!(thrown instanceof TouchstoneError) || thrown.exitCode !== 2) throw thrown
    throw new NotAdmitted(thrown.message, { cause: thrown })
  }
}

/**
 * The model with every request charged to the budget and written to the journal. Requests that continue the one
 * before are written as what they add to it, so that a journal grows with the conversation and not with its square.
 */
export function recordedModel(model: Model, budget: Budget, part: Part): Model {
  let before: ModelRequest | undefined
  let requests = 0
  return {
    name: model.name,
    generate: (asked, signal) =>
      part.run(async () => {
        budget.beginTurn()
        const request = withinBudget({ ...asked, messages: [...asked.messages] }, budget)
        const id = requests++
        const carried = commonPrefix(before?.messages ?? [], request.messages)
        part.write({
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
          const reply = await model.generate(request, signal ?? part.signal)
          if (!part.over) budget.charge(reply)
          part.write({ type: 'reply', id, ...reply })
          return reply
        } catch (thrown) {
          const aborted = (signal ?? part.signal).aborted
          const code = thrown instanceof TouchstoneError ? thrown.code : aborted ? 'aborted' : 'error'
          part.write({ type: 'request-failed', id, code, message: messageOf(thrown) })
          throw thrown
        }
      }),
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
  part: Part,
): (submission: Submission) => Promise<Feedback> {
  const { consultations, detail } = environment.brief.feedback
  const { tally } = part
  return (submission) =>
    part.run(async () => {
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
      part.write({
        type: 'consultation',
        id,
        submission: encodeSubmission(recordable(submission, environment.brief.answer)),
        ...feedback,
        seconds: secondsSince(startedAt),
      })
      return { ...feedback, left: consultations - tally.consultations }
    })
}

/** A candidate as the journal keeps it. `secondsBefore` are those of earlier attempts. */
export function candidateEvent(
  candidate: Candidate,
  brief: Pick<Brief, 'answer'>,
  { startedAt }: Budget,
  secondsBefore = 0,
): EventBody {
  const { id, parent, submission, score, by, words, cost } = candidate
  return {
    type: 'candidate',
    id,
    parent,
    submission: encodeSubmission(recordable(submission, brief.answer)),
    score,
    by,
    words,
    cost: { ...cost },
    seconds: secondsBefore + secondsSince(startedAt),
  }
}

export function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1e6
}
