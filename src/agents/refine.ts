import { z } from 'zod'
import type { Agent, Means } from '../core/agent.ts'
import type { Environment } from '../core/environment.ts'
import type { AssistantMessage, Message, Model, ModelReply } from '../core/model.ts'
import { emptySubmission, type Submission } from '../core/submission.ts'
import { answerFrom } from './answer.ts'
import { answerPrompt, noAnswer, repairOf } from './asking.ts'
import { type Assessment, assessor, candidateOf, rated } from './assessment.ts'
import { fullBriefing } from './briefing.ts'
import { type Clock, clockOf } from './clock.ts'
import { atLimit, drawOf, modelOf } from './means.ts'

export const refineOptions = z.strictObject({
  rounds: z.coerce.number().int().positive().default(8).describe('answers at most'),
  seconds: z.coerce.number().positive().optional().describe("wall time, where less than the trial's"),
  tokens: z.coerce.number().int().positive().optional().describe("tokens, where fewer than the trial's"),
  patience: z.coerce
    .number()
    .int()
    .positive()
    .default(1)
    .describe('repairs in a row that are not rated higher, after which it ends'),
})
type Options = z.infer<typeof refineOptions>

/** An answer and what was found out about it. */
interface Answer {
  readonly id: number
  readonly submission: Submission
  readonly message: AssistantMessage
  readonly assessment: Assessment
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
      const assess = assessor(environment, { ...means, signal: clock.signal })
      const before = means.earlier?.at(-1)?.id ?? 0
      const task: Message = { role: 'user', text: fullBriefing(environment.brief) }
      let messages: readonly Message[] = [task]
      let best: Answer | undefined
      let inVain = 0
      try {
        for (let round = 0; round < options.rounds && !clock.over(); round++) {
          const reply = await ask(model, messages, drawOf(means, round), clock)
          const submission = answerFrom(reply.message.text, environment.brief.answer)
          const id = before + round + 1
          const parent = best?.id ?? null
          if (!submission) {
            const nothing = emptySubmission(environment.brief.answer)
            means.tried(candidateOf({ id, parent, submission: nothing }, reply, undefined))
            messages = [task, reply.message, noAnswer(reply, environment.brief.answer)]
            continue
          }
          if (submission.kind === 'files') await environment.place(submission)
          const candidate = { id, submission, message: reply.message, assessment: await assess(submission) }
          means.tried(candidateOf({ id, parent, submission }, reply, candidate.assessment))
          if (best) best = await comparable(best, candidate, environment, means)
          const better = isBetter(candidate, best)
          if (better || !best) best = candidate
          const { solved, by } = candidate.assessment
          inVain = better ? 0 : inVain + 1
          if (solved || by === 'nobody' || (by === 'rating' && inVain >= options.patience)) break
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

/** Scores of the judge and ratings cannot be compared: once only ratings come, the best so far is rated too. */
async function comparable(
  best: Answer,
  { assessment }: Answer,
  environment: Environment,
  means: Means,
): Promise<Answer> {
  if (best.assessment.by === assessment.by) return best
  const { words, refused } = best.assessment
  return { ...best, assessment: { ...(await rated(best.submission, environment, means)), words, refused } }
}

/** By score. Of two equals the newer, where the judge has refused the older: that one is certainly not solved. */
function isBetter({ assessment }: Answer, best: Answer | undefined): boolean {
  if (!best || assessment.solved) return true
  const { score, refused } = best.assessment
  return refused ? assessment.score >= score : assessment.score > score
}

function ask(model: Model, messages: readonly Message[], draw: string, clock: Clock): Promise<ModelReply> {
  return model.generate({ system: answerPrompt, messages, draw }, clock.signal)
}
