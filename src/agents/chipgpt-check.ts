import type { Means } from '../core/agent.ts'
import type { Environment, Observation } from '../core/environment.ts'
import type { Message, Model } from '../core/model.ts'
import type { Submission } from '../core/submission.ts'
import { answerFrom } from './answer.ts'
import { feedbackText, fullBriefing } from './briefing.ts'
import { drawOf } from './means.ts'

/** What is known of a candidate, from the worst to the best. `unchecked`: nothing here can tell. */
export const standings = ['refused', 'failed', 'unchecked', 'passed', 'solved'] as const
export type Standing = (typeof standings)[number]

/** What verification says of one candidate. */
export interface Check {
  readonly standing: Standing
  /** Of the judge, where it was asked; else 0. */
  readonly score: number
  /** For the model that has to repair it. */
  readonly words: string
  /** Who says so, in few words, for the table. */
  readonly by: string
}

/** Verifies a candidate that is in place. */
export type Verify = (submission: Submission) => Promise<Check>

/** The line by which a testbench that a model has written says that all is well. */
export const passLine = 'ALL CHECKS PASSED'

/**
 * The judge where it may still be consulted, else the environment's own `lint` and `simulate` as far as it has them,
 * the latter with a testbench that the model writes once, from the brief alone. What does not compile is not worth
 * a consultation.
 */
export function verifier(environment: Environment, means: Means, model: Model): Verify {
  const bench = testbenchOf(environment, means, model)
  let left = means.consult ? environment.brief.feedback.consultations : 0
  return async (submission) => {
    const acts = submission.kind === 'files'
    if (acts) await environment.place(submission)
    const linted = acts ? await actIf(environment, means, 'lint', {}) : undefined
    if (linted && !linted.ok) return failed(linted, 'lint')
    if (means.consult && left > 0) {
      const feedback = await means.consult(submission)
      left = feedback.left
      const standing = feedback.outcome === 'solved' ? 'solved' : 'refused'
      return {
        standing,
        score: feedback.score,
        words: feedbackText(feedback),
        by: `judge: ${feedback.reason}`,
      }
    }
    const simulated = acts ? await bench() : undefined
    if (simulated) {
      if (simulated.ok && simulated.text.split('\n').some((line) => line.trim() === passLine))
        return { standing: 'passed', score: 0, words: simulated.text, by: 'simulation' }
      return failed(simulated, 'simulation')
    }
    return {
      standing: 'unchecked',
      score: 0,
      words: linted?.text ?? '',
      by: linted ? 'lint alone' : 'nobody',
    }
  }
}

function failed({ text }: Observation, by: string): Check {
  return { standing: 'failed', score: 0, words: `The ${by} says:\n${text}`, by }
}

/** An action by its name, where the environment has it and takes such an input. */
export async function actIf(
  environment: Environment,
  { signal }: Means,
  name: string,
  input: Readonly<Record<string, string>>,
): Promise<Observation | undefined> {
  const action = Object.hasOwn(environment.actions, name) ? environment.actions[name] : undefined
  if (!action?.input.safeParse(input).success) return undefined
  return await environment.act(name, input, signal)
}

/**
 * Simulates what is in place. Undefined where the environment cannot, or where the model has written no testbench
 * that runs: one that fails with a candidate that compiles is repaired once and then left out.
 */
function testbenchOf(environment: Environment, means: Means, model: Model) {
  let text: string | undefined
  let proven = false
  let tries = 0
  const name = 'simulate'
  const system = 'You verify the work of others: you write checks from a specification alone.'
  const write = async (before: readonly Message[]) => {
    const messages = [request(environment, name), ...before]
    const reply = await model.generate({ system, messages, draw: drawOf(means, -1 - tries) }, means.signal)
    tries++
    const found = answerFrom(reply.message.text, { kind: 'text', maxBytes: 256 * 1024 })
    text = found?.kind === 'text' ? found.text : undefined
    return reply.message
  }
  return async (): Promise<Observation | undefined> => {
    if (!environment.actions[name]?.input.safeParse({ testbench: '' }).success) return undefined
    const said = tries === 0 ? await write([]) : undefined
    if (text === undefined) return undefined
    const seen = await actIf(environment, means, name, { testbench: text })
    if (seen?.ok || proven) {
      proven = true
      return seen
    }
    if (said && seen) {
      await write([
        said,
        { role: 'user', text: `It does not run with an answer that compiles:\n${seen.text}` },
      ])
      if (text === undefined) return undefined
      const again = await actIf(environment, means, name, { testbench: text })
      if (again?.ok) {
        proven = true
        return again
      }
    }
    text = undefined
    means.say('The testbench that the model has written does not run; it is left out.')
    return undefined
  }
}

function request({ brief, actions }: Environment, name: string): Message {
  const text = `${fullBriefing(brief)}

Do not solve this task. Write a testbench that checks anybody's answer to it, from the text above alone, for the action "${name}": ${actions[name]?.description ?? ''}
It prints the line ${passLine} at its end where everything was as it should be; otherwise, for the first few differences, what was given, what came and what should have come. Give it whole, in one fenced code block.`
  return { role: 'user', text }
}
