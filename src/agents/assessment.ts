import type { Means } from '../core/agent.ts'
import type { Candidate } from '../core/candidate.ts'
import type { Environment } from '../core/environment.ts'
import type { ModelReply } from '../core/model.ts'
import type { Submission } from '../core/submission.ts'
import { feedbackText } from './briefing.ts'

/** What was found out about a candidate. */
export interface Assessment extends Pick<Candidate, 'by' | 'words'> {
  readonly solved: boolean
  /** True where the judge has refused it already. */
  readonly refused: boolean
  readonly score: number
  /** Wall time that it took, in seconds. */
  readonly machineSeconds: number
}

/** The judge as long as it may be consulted, then the environment's own rating, then nobody. */
export function assessor(
  environment: Environment,
  means: Means,
): (submission: Submission) => Promise<Assessment> {
  let left = means.consult ? environment.brief.feedback.consultations : 0
  return async (submission) => {
    if (left <= 0) return rated(submission, environment, means)
    const judged = await consulted(submission, means)
    left = judged.left
    return judged
  }
}

/** Asks the judge. Throws what `consult` throws. */
export async function consulted(
  submission: Submission,
  { consult }: Pick<Means, 'consult'>,
): Promise<Assessment & { readonly left: number }> {
  if (!consult) return { ...unknown, left: 0 }
  const startedAt = performance.now()
  const feedback = await consult(submission)
  const solved = feedback.outcome === 'solved'
  return {
    by: 'judge',
    solved,
    refused: !solved,
    score: feedback.score,
    words: feedbackText(feedback),
    machineSeconds: secondsSince(startedAt),
    left: feedback.left,
  }
}

/** Asks the environment. Throws what `rate` throws. */
export async function rated(
  submission: Submission,
  environment: Environment,
  { signal }: Pick<Means, 'signal'>,
): Promise<Assessment> {
  if (!environment.rate) return unknown
  const startedAt = performance.now()
  const { score, why } = await environment.rate(submission, signal)
  return {
    by: 'rating',
    solved: false,
    refused: false,
    score,
    words: `Rated ${Number(score.toPrecision(5))}: ${why}`,
    machineSeconds: secondsSince(startedAt),
  }
}

const unknown: Assessment = {
  by: 'nobody',
  solved: false,
  refused: false,
  score: 0,
  words: 'Nothing tells how good it is.',
  machineSeconds: 0,
}

/** A candidate for the trajectory, from the reply that it came from and what was found out about it. */
export function candidateOf(
  about: Pick<Candidate, 'id' | 'parent' | 'submission'>,
  { usage, costUsd }: Pick<ModelReply, 'usage' | 'costUsd'>,
  assessment: Pick<Assessment, 'by' | 'score' | 'words' | 'machineSeconds'> | undefined,
): Candidate {
  const { by, score, words, machineSeconds } = assessment ?? {
    ...unknown,
    words: 'The reply has no answer in it.',
  }
  const { inputTokens, outputTokens } = usage
  const cost = { inputTokens, outputTokens, costUsd, machineSeconds }
  return { ...about, by, score: by === 'nobody' ? null : score, words, cost }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000
}
