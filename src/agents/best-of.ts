import { z } from 'zod'
import type { Agent, Means } from '../core/agent.ts'
import type { Environment } from '../core/environment.ts'
import type { Message } from '../core/model.ts'
import { emptySubmission, type Submission } from '../core/submission.ts'
import { answerFrom } from './answer.ts'
import { answerPrompt } from './asking.ts'
import { fullBriefing } from './briefing.ts'
import { atLimit, drawOf, modelOf } from './means.ts'

export const bestOfOptions = z.strictObject({
  k: z.coerce.number().int().positive().max(1000).default(4).describe('candidates'),
})
type Options = z.infer<typeof bestOfOptions>

/**
 * Draws k answers to the same request and hands in the one that the environment rates highest, the first of equals.
 * Where the environment has no rating, the first reply with an answer is taken and no more are drawn.
 */
export function bestOf(name: string, { k }: Options): Agent {
  return {
    name,
    needs: { model: true },
    async attempt(environment, means) {
      const model = modelOf(means, name)
      const messages: Message[] = [{ role: 'user', text: fullBriefing(environment.brief) }]
      let best: { submission: Submission; score: number } | undefined
      try {
        for (let number = 1; number <= k; number++) {
          const draw = drawOf(means, number - 1)
          const reply = await model.generate({ system: answerPrompt, messages, draw }, means.signal)
          const submission = answerFrom(reply.message.text, environment.brief.answer)
          const { score, words } = await rated(submission, environment, means)
          means.say(`Candidate ${number} of ${k}: ${words}`)
          if (!submission) continue
          if (!best || score > best.score) best = { submission, score }
          if (!environment.rate) break
        }
      } catch (thrown) {
        if (!best || !atLimit(thrown, means)) throw thrown
      }
      return best?.submission ?? emptySubmission(environment.brief.answer)
    },
  }
}

async function rated(submission: Submission | undefined, environment: Environment, means: Means) {
  if (!submission) return { score: Number.NEGATIVE_INFINITY, words: 'the reply has no answer in it' }
  if (!environment.rate) return { score: 0, words: 'taken, since the environment has no rating to choose by' }
  const { score, why } = await environment.rate(submission, means.signal)
  return { score, words: `rated ${score} (${why})` }
}
