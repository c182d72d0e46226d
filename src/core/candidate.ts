import type { Submission } from './submission.ts'

/** What one candidate cost: the replies that it came from, and finding out how good it is. */
export interface CandidateCost {
  readonly inputTokens: number
  readonly outputTokens: number
  /** US dollars; null where the price is not known. */
  readonly costUsd: number | null
  /** Wall time that compiling, checking and measuring it took on this machine. */
  readonly machineSeconds: number
}

/** An answer that an agent came by on the way to what it hands in, and what was found out about it. */
export interface Candidate {
  /** From 1, in the order in which they were begun; unique in a trial, over all its attempts. */
  readonly id: number
  /** The candidate that it was made from; null for one that was made from the brief alone. */
  readonly parent: number | null
  /** Empty where there was no answer in a reply. */
  readonly submission: Submission
  /** Higher is better; in the units of who gave it. Null where nobody did. */
  readonly score: number | null
  readonly by: 'judge' | 'rating' | 'nobody'
  /** What was found out, in the words that a model is told. */
  readonly words: string
  readonly cost: CandidateCost
}

/** A candidate of an earlier attempt at the same trial, which was void or cut off. */
export interface EarlierCandidate extends Candidate {
  /** Wall time of the agent's part when it was known, in seconds, with that of the attempts before. */
  readonly seconds: number
}
