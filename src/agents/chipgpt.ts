import { z } from 'zod'
import type { Agent, Means } from '../core/agent.ts'
import type { Environment, Json, Rating } from '../core/environment.ts'
import type { AssistantMessage, Message } from '../core/model.ts'
import { emptySubmission, type Submission } from '../core/submission.ts'
import { answerFrom } from './answer.ts'
import { answerPrompt, noAnswer, repairOf } from './asking.ts'
import { answerFormat, fullBriefing } from './briefing.ts'
import { actIf, type Check, standings, verifier } from './chipgpt-check.ts'
import { atLimit, drawOf, modelOf } from './means.ts'
import { textTable } from './text-table.ts'

export const chipgptOptions = z.strictObject({
  k: z.coerce.number().int().positive().max(1000).default(4).describe('candidates'),
  repairs: z.coerce.number().int().nonnegative().max(100).default(2).describe('repairs of each at most'),
  improve: z.coerce
    .number()
    .int()
    .nonnegative()
    .max(100)
    .default(1)
    .describe('rounds in which a better one than the best is asked for'),
})
type Options = z.infer<typeof chipgptOptions>

/** One answer with all that was found out about it: a line of the table. */
interface Candidate {
  /** `2`, its second repair `2.2`, the first improvement `+1`. */
  readonly name: string
  readonly submission: Submission
  readonly message: AssistantMessage
  readonly check: Check
  readonly figures: Readonly<Record<string, Json>>
  /** What synthesis says of it, for the model. */
  readonly report: string
  readonly rating: Rating | undefined
}

/**
 * The flow of ChipGPT (Chang et al. 2023, arXiv:2305.14019) as a recipe for any environment: candidates are drawn,
 * verified, repaired with what failed, synthesised, and the one is chosen that is best by the environment's rating;
 * then a better one is asked for, with the figures of the best. What the environment cannot do is left out.
 */
export function chipgpt(name: string, options: Options): Agent {
  return {
    name,
    needs: { model: true },
    async attempt(environment, means) {
      const flow = new Flow(environment, means, name)
      try {
        for (let number = 1; number <= options.k && !flow.settled; number++)
          await flow.pursue(String(number), [flow.task], options.repairs)
        for (let round = 1; round <= options.improve && flow.canImprove; round++)
          await flow.pursue(`+${round}`, flow.improvement(), options.repairs)
      } catch (thrown) {
        if (!flow.best || !atLimit(thrown, means)) throw thrown
      }
      flow.sayTable()
      return flow.best?.submission ?? emptySubmission(environment.brief.answer)
    },
  }
}

class Flow {
  readonly task: Message
  best: Candidate | undefined
  readonly #environment: Environment
  readonly #means: Means
  readonly #ask: (messages: readonly Message[]) => ReturnType<ReturnType<typeof modelOf>['generate']>
  readonly #verify: ReturnType<typeof verifier>
  readonly #tried: Candidate[] = []
  #draws = 0

  constructor(environment: Environment, means: Means, agent: string) {
    const model = modelOf(means, agent)
    this.#environment = environment
    this.#means = means
    this.#verify = verifier(environment, means, model)
    this.task = { role: 'user', text: fullBriefing(environment.brief) }
    this.#ask = (messages) =>
      model.generate({ system: answerPrompt, messages, draw: drawOf(means, this.#draws++) }, means.signal)
  }

  /** Without a rating there is nothing to choose by: the first one that holds is taken. */
  get settled(): boolean {
    return !this.#environment.rate && this.best !== undefined && holds(this.best.check)
  }

  get canImprove(): boolean {
    return this.best?.rating !== undefined && holds(this.best.check)
  }

  /** Draws an answer to the messages, and repairs it until it holds or no repairs are left. */
  async pursue(name: string, messages: readonly Message[], repairs: number): Promise<void> {
    const { answer } = this.#environment.brief
    let asked = messages
    for (let repair = 0; repair <= repairs; repair++) {
      const { message, finish } = await this.#ask(asked)
      const submission = answerFrom(message.text, answer)
      const called = repair === 0 ? name : `${name}.${repair}`
      if (!submission) {
        this.#means.say(`Candidate ${called}: the reply has no answer in it.`)
        asked = [this.task, message, noAnswer({ finish }, answer)]
        continue
      }
      const check = await this.#verify(submission)
      const candidate = await this.#examine({ name: called, submission, message, check })
      this.#tried.push(candidate)
      if (!this.best || isBetter(candidate, this.best)) this.best = candidate
      this.#means.say(`Candidate ${called}: ${inWords(candidate)}`)
      if (holds(check)) return
      asked = [this.task, message, repairOf([check.words, candidate.report].join('\n').trim(), answer)]
    }
  }

  /** The messages that ask for something better than the best. */
  improvement(): Message[] {
    const { best } = this
    if (!best) return [this.task]
    const { answer } = this.#environment.brief
    const seen = [best.report, best.rating && `In short: ${best.rating.why}`].filter(Boolean).join('\n')
    const text = `It holds as far as it was checked. What it costs:\n${seen}\n\nFind out what of it costs most, and give an answer that behaves in the same way and is better by what the task asks for. ${answerFormat(answer)}`
    return [this.task, best.message, { role: 'user', text }]
  }

  /** All candidates with their figures: the evidence for the choice. */
  sayTable(): void {
    if (this.#tried.length === 0) return
    const figures = [...new Set(this.#tried.flatMap((candidate) => Object.keys(candidate.figures)))]
    const rows = this.#tried.map((candidate) => [
      candidate === this.best ? `${candidate.name} *` : candidate.name,
      `${candidate.check.standing} (${candidate.check.by})`,
      ...figures.map((figure) => shown(candidate.figures[figure])),
      shown(candidate.rating?.score),
    ])
    const table = textTable([['candidate', 'verification', ...figures, 'rating'], ...rows])
    this.#means.say(`Candidates, * handed in:\n${table}`)
  }

  /** Synthesis of what the environment can read, and the rating of what is not known to be wrong. */
  async #examine(
    candidate: Pick<Candidate, 'name' | 'submission' | 'message' | 'check'>,
  ): Promise<Candidate> {
    const nothing = { ...candidate, figures: {}, report: '', rating: undefined }
    if (candidate.check.standing === 'failed') return nothing
    const files = candidate.submission.kind === 'files'
    const seen = files ? await actIf(this.#environment, this.#means, 'synthesize', {}) : undefined
    const rating = holds(candidate.check)
      ? await this.#environment.rate?.(candidate.submission, this.#means.signal)
      : undefined
    return { ...nothing, figures: figuresIn(seen?.data), report: seen?.text ?? '', rating }
  }
}

/** Not known to be wrong. */
function holds({ standing }: Check): boolean {
  return standings.indexOf(standing) >= standings.indexOf('unchecked')
}

/** By what verification says, then by the rating, else by the judge's score; of equals the first stays. */
function isBetter(candidate: Candidate, best: Candidate): boolean {
  const rank = ({ check }: Candidate) => standings.indexOf(check.standing)
  if (rank(candidate) !== rank(best)) return rank(candidate) > rank(best)
  const worth = ({ rating, check }: Candidate) => rating?.score ?? check.score
  return worth(candidate) > worth(best)
}

function figuresIn(data: Json | undefined): Readonly<Record<string, Json>> {
  const figures = isTable(data) ? data.figures : undefined
  return isTable(figures) ? figures : {}
}

function isTable(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: Json | undefined): string {
  if (value === undefined) return '-'
  return typeof value === 'number' ? String(Number(value.toPrecision(5))) : String(value)
}

function inWords({ check, rating }: Candidate): string {
  const rated = rating ? `; rated ${shown(rating.score)} (${rating.why})` : ''
  return `${check.standing} (${check.by})${rated}`
}
