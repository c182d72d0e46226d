import { z } from 'zod'
import type { Agent, Means } from '../core/agent.ts'
import type { Environment } from '../core/environment.ts'
import type { AssistantMessage, Message, Model, ModelReply } from '../core/model.ts'
import { emptySubmission, type Submission } from '../core/submission.ts'
import { milliseconds } from '../core/within.ts'
import { answerFrom } from './answer.ts'
import { answerPrompt, noAnswer, repairOf } from './asking.ts'
import { feedbackText, fullBriefing } from './briefing.ts'
import { atLimit, drawOf, modelOf } from './means.ts'

export const refineOptions = z.strictObject({
  rounds: z.coerce.number().int().positive().default(8).describe('answers at most'),
  seconds: z.coerce.number().positive().optional().describe("wall time, where less than the trial's"),
  tokens: z.coerce.number().int().positive().optional().describe("tokens, where fewer than the trial's"),
})
type Options = z.infer<typeof refineOptions>

/** An answer and what was found out about it. */
interface Candidate {
  readonly submission: Submission
  readonly message: AssistantMessage
  readonly assessment: Assessment
}

interface Assessment {
  readonly by: 'judge' | 'rating' | 'nobody'
  readonly solved: boolean
  /** True where the judge has refused it already. */
  readonly refused: boolean
  readonly score: number
  readonly words: string
}

/**
 * The closed loop of inference-time scaling: ask for an answer, hear what the judge says of it, have it repaired,
 * until it is solved or a budget is used. Each repair starts from the best answer so far, and the model sees only
 * that answer and its findings, so that the conversation does not grow.
 */
export function refine(name: string, options: Options): Agent {
  return {
    name,
    needs: { model: true },
    async attempt(environment, means) {
      const model = modelOf(means, name)
      const clock = clockOf(options, means)
      const assess = assessor(environment, means)
      const task: Message = { role: 'user', text: fullBriefing(environment.brief) }
      let messages: readonly Message[] = [task]
      let best: Candidate | undefined
      try {
        for (let round = 0; round < options.rounds && !clock.over(); round++) {
          const reply = await ask(model, messages, drawOf(means, round), clock)
          const submission = answerFrom(reply.message.text, environment.brief.answer)
          if (!submission) {
            means.say(`Round ${round + 1}: the reply has no answer in it.`)
            messages = [task, reply.message, noAnswer(reply, environment.brief.answer)]
            continue
          }
          if (submission.kind === 'files') await environment.place(submission)
          const candidate = { submission, message: reply.message, assessment: await assess(submission) }
          means.say(`Round ${round + 1}: ${candidate.assessment.words}`)
          if (best) best = await comparable(best, candidate, environment, means)
          const better = isBetter(candidate, best)
          if (better || !best) best = candidate
          const { solved, by } = candidate.assessment
          if (solved || by === 'nobody' || (by === 'rating' && !better)) break
          messages = [task, best.message, repairOf(best.assessment.words, environment.brief.answer)]
        }
      } catch (thrown) {
        const ours = clock.over() && !means.signal.aborted
        if (!ours && !(best && atLimit(thrown, means))) throw thrown
      }
      return best?.submission ?? emptySubmission(environment.brief.answer)
    },
  }
}

/** The judge as long as it may be consulted, then the environment's own rating, then nobody. */
function assessor(environment: Environment, means: Means): (submission: Submission) => Promise<Assessment> {
  let left = means.consult ? environment.brief.feedback.consultations : 0
  return async (submission) => {
    if (!means.consult || left <= 0) return rated(submission, environment, means)
    const feedback = await means.consult(submission)
    left = feedback.left
    const solved = feedback.outcome === 'solved'
    return { by: 'judge', solved, refused: !solved, score: feedback.score, words: feedbackText(feedback) }
  }
}

async function rated(submission: Submission, environment: Environment, means: Means): Promise<Assessment> {
  if (!environment.rate) {
    return { by: 'nobody', solved: false, refused: false, score: 0, words: 'Nothing tells how good it is.' }
  }
  const { score, why } = await environment.rate(submission, means.signal)
  return { by: 'rating', solved: false, refused: false, score, words: `Rated ${score}: ${why}` }
}

/** Scores of the judge and ratings cannot be compared: once only ratings come, the best so far is rated too. */
async function comparable(
  best: Candidate,
  { assessment }: Candidate,
  environment: Environment,
  means: Means,
): Promise<Candidate> {
  if (best.assessment.by === assessment.by) return best
  const { words, refused } = best.assessment
  return { ...best, assessment: { ...(await rated(best.submission, environment, means)), words, refused } }
}

/** By score. Of two equals the newer, where the judge has refused the older: that one is certainly not solved. */
function isBetter({ assessment }: Candidate, best: Candidate | undefined): boolean {
  if (!best || assessment.solved) return true
  const { score, refused } = best.assessment
  return refused ? assessment.score >= score : assessment.score > score
}

/** The agent's own budget, within the trial's. */
interface Clock {
  /** Aborted when the trial must end or the agent's own time is over. */
  readonly signal: AbortSignal
  over(): boolean
}

function clockOf({ seconds, tokens = Number.POSITIVE_INFINITY }: Options, { budget, signal }: Means): Clock {
  const spent = budget.tokens
  const late = seconds === undefined ? undefined : AbortSignal.timeout(milliseconds(seconds))
  return {
    signal: late ? AbortSignal.any([signal, late]) : signal,
    over: () => late?.aborted === true || budget.tokens - spent >= tokens,
  }
}

function ask(model: Model, messages: readonly Message[], draw: string, clock: Clock): Promise<ModelReply> {
  return model.generate({ system: answerPrompt, messages, draw }, clock.signal)
}
