import { z } from 'zod'
import type { Agent, Means } from '../core/agent.ts'
import type { Candidate } from '../core/candidate.ts'
import type { Environment } from '../core/environment.ts'
import type { Message, Model, ModelReply } from '../core/model.ts'
import { seedOf } from '../core/seed.ts'
import { emptySubmission, type Submission } from '../core/submission.ts'
import { answerFrom } from './answer.ts'
import { answerPrompt, improvementOf } from './asking.ts'
import { type Assessment, candidateOf, consulted, rated } from './assessment.ts'
import { answerShown, fullBriefing } from './briefing.ts'
import { type Clock, clockOf, type Used } from './clock.ts'
import { atLimit, drawOf, modelOf } from './means.ts'
import { Pool, type Scored } from './search-pool.ts'

const count = z.coerce.number().int().positive()

export const searchOptions = z.strictObject({
  rounds: count.default(32).describe('candidates at most'),
  fresh: count.default(4).describe('of them, from the brief alone, before any is made from another'),
  parallel: count.max(64).default(4).describe('requests to the model at a time'),
  pool: count.default(8).describe('how many of the best may be gone on from'),
  temperature: z.coerce
    .number()
    .positive()
    .default(0.3)
    .describe('how little a better score counts in that choice, as a share of the best score'),
  by: z
    .enum(['rating', 'judge'])
    .optional()
    .describe("what scores: the environment's rating, or the judge; the rating where there is one"),
  seconds: z.coerce.number().positive().optional().describe("wall time, where less than the trial's"),
  tokens: count.optional().describe("tokens, where fewer than the trial's"),
  dollars: z.coerce.number().positive().optional().describe("US dollars, where fewer than the trial's"),
})
type Options = z.infer<typeof searchOptions>

/**
 * Best-first search over candidates: some fresh starts, then each further one is made from one of the best so far, drawn
 * with weights that grow with the score, and sees that one's code and what was found out about it. Requests are made in
 * parallel, candidates are assessed one at a time, so that no measurement disturbs another. Goes on from what earlier
 * attempts at the trial have found.
 *
 * Source: METR, "Measuring Automated Kernel Engineering" (2025): parallel fresh starts, then resampling by speedup.
 */
export function search(name: string, options: Options): Agent {
  return {
    name,
    needs: { model: true },
    async attempt(environment, means) {
      const found = new Search(environment, means, modelOf(means, name), options)
      try {
        await found.run()
      } catch (thrown) {
        if (!found.best || !atLimit(thrown, means)) throw thrown
      }
      return found.best?.submission ?? emptySubmission(environment.brief.answer)
    },
  }
}

class Search {
  readonly #environment: Environment
  readonly #means: Means
  readonly #model: Model
  readonly #options: Options
  readonly #pool: Pool
  readonly #clock: Clock
  readonly #by: 'rating' | 'judge' | 'nobody'
  readonly #task: Message
  readonly #stop = new AbortController()
  readonly #signal: AbortSignal
  #begun: number
  #first: Submission | undefined
  #settled = false
  #assessing: Promise<unknown> = Promise.resolve()

  constructor(environment: Environment, means: Means, model: Model, options: Options) {
    this.#environment = environment
    this.#means = means
    this.#model = model
    this.#options = options
    this.#pool = new Pool({ size: options.pool, temperature: options.temperature })
    this.#by = scorer(environment, means, options.by)
    this.#task = { role: 'user', text: fullBriefing(environment.brief) }
    const { earlier = [] } = means
    this.#clock = clockOf(options, means, earlier.length > 0 ? usedBy(earlier) : undefined)
    this.#signal = AbortSignal.any([this.#clock.signal, this.#stop.signal])
    this.#begun = earlier.reduce((most, { id }) => Math.max(most, id), 0)
    for (const candidate of earlier) {
      // What is there twice was told of twice, and found out about once.
      const known = candidate.score === null || this.#pool.same(candidate.submission) !== undefined
      if (!known && candidate.by === this.#by) this.#pool.add(candidate as Scored)
    }
    if (earlier.length > 0)
      means.say(`Goes on from ${earlier.length} candidates of earlier attempts${inWords(this.#pool.best)}.`)
  }

  get best(): { readonly submission: Submission } | undefined {
    return this.#pool.best ?? (this.#first && { submission: this.#first })
  }

  /** Throws what the first worker to fail threw; no request is under way then. */
  async run(): Promise<void> {
    let failed: { readonly thrown: unknown } | undefined
    const workers = Array.from({ length: this.#options.parallel }, async () => {
      try {
        while (this.#goesOn) await this.#round(++this.#begun)
      } catch (thrown) {
        failed ??= { thrown }
        this.#stop.abort(thrown)
      }
    })
    await Promise.all(workers)
    const late = this.#clock.signal.aborted && !this.#means.signal.aborted
    if (failed && !late && !this.#settled) throw failed.thrown
    this.#means.say(`Ends after ${this.#begun} candidates${inWords(this.#pool.best)}.`)
  }

  get #goesOn(): boolean {
    return (
      !this.#settled &&
      !this.#stop.signal.aborted &&
      this.#begun < this.#options.rounds &&
      !this.#clock.over()
    )
  }

  /** One candidate, from the request for it to its score. */
  async #round(id: number): Promise<void> {
    const { fresh } = this.#options
    const { answer } = this.#environment.brief
    const seed = seedOf(this.#means.seed, 'parent', id)
    const parent = id > fresh ? this.#pool.choose(seed) : undefined
    const draw = drawOf(this.#means, id - 1)
    const request = { system: answerPrompt, messages: this.#messages(parent), draw }
    const reply = await this.#model.generate(request, this.#signal)
    const submission = answerFrom(reply.message.text, answer)
    const about = { id, parent: parent?.id ?? null }
    if (!submission) {
      this.#means.tried(candidateOf({ ...about, submission: emptySubmission(answer) }, reply, undefined))
      return
    }
    this.#first ??= submission
    // One after the other; what is thrown is thrown to whoever waits for it, and to nobody else.
    const assessed = this.#assessing.then(() => this.#assess({ ...about, submission }, reply))
    this.#assessing = assessed.catch(() => {})
    await assessed
  }

  #messages(parent: Scored | undefined): readonly Message[] {
    if (!parent) return [this.#task]
    const mine: Message = { role: 'assistant', text: answerShown(parent.submission) }
    return [this.#task, mine, improvementOf(parent.words, this.#environment.brief.answer)]
  }

  async #assess(about: Pick<Candidate, 'id' | 'parent' | 'submission'>, reply: ModelReply): Promise<void> {
    if (this.#settled) return
    this.#signal.throwIfAborted()
    const same = this.#pool.same(about.submission)
    if (same) {
      const words = `The same as candidate ${same.id}.`
      this.#means.tried(candidateOf(about, reply, { ...same, words, machineSeconds: 0 }))
      return
    }
    const assessment = await this.#ask(about.submission)
    const candidate = candidateOf(about, reply, assessment)
    this.#means.tried(candidate)
    if (candidate.score !== null) this.#pool.add(candidate as Scored)
    if (assessment.solved || assessment.by === 'nobody') this.#settle()
  }

  async #ask(submission: Submission): Promise<Assessment> {
    if (this.#by === 'judge') {
      const judged = await consulted(submission, this.#means)
      if (judged.left === 0) this.#settle()
      return judged
    }
    return rated(submission, this.#environment, { signal: this.#signal })
  }

  /** Nothing more is to be found out. */
  #settle(): void {
    this.#settled = true
    this.#stop.abort(new Error('the search is over'))
  }
}

function scorer(
  { rate }: Environment,
  { consult }: Means,
  asked: Options['by'],
): 'rating' | 'judge' | 'nobody' {
  const has = { rating: rate !== undefined, judge: consult !== undefined }
  if (asked && has[asked]) return asked
  return has.rating ? 'rating' : has.judge ? 'judge' : 'nobody'
}

function usedBy(earlier: NonNullable<Means['earlier']>): Used {
  return {
    seconds: earlier.at(-1)?.seconds ?? 0,
    tokens: earlier.reduce((sum, { cost }) => sum + cost.inputTokens + cost.outputTokens, 0),
    dollars: earlier.reduce((sum, { cost }) => sum + (cost.costUsd ?? 0), 0),
  }
}

function inWords(best: Scored | undefined): string {
  return best === undefined ? '' : `; the best is ${best.id} with ${Number(best.score.toPrecision(4))}`
}
