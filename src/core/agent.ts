import type { Budget } from './budget.ts'
import type { Candidate, EarlierCandidate } from './candidate.ts'
import type { Conduct } from './domain.ts'
import type { Environment } from './environment.ts'
import type { Model } from './model.ts'
import type { Submission } from './submission.ts'
import type { Finding, Outcome } from './verdict.ts'

/** What an agent hears when it consults the judge; no more than the task's feedback policy allows. */
export interface Feedback {
  readonly outcome: Outcome
  readonly score: number
  readonly reason: string
  readonly findings: readonly Finding[]
  /** Consultations left. */
  readonly left: number
}

/** What an agent is given besides the environment. */
export interface Means {
  readonly model?: Model
  readonly budget: Budget
  /** Aborted when the trial must end; its reason is a `LimitReached` or a user's interruption. */
  readonly signal: AbortSignal
  /** Seeds every random choice of the agent; derived from the trial's identity. */
  readonly seed: string
  /** A remark for the trajectory. */
  say(text: string): void
  /** An answer that was tried on the way, for the trajectory: the cost account and the curve of a search are made of them. */
  tried(candidate: Candidate): void
  /** What earlier attempts at this trial had tried before they were void or cut off, oldest first; absent where none had. */
  readonly earlier?: readonly EarlierCandidate[]
  /** Present where the task's feedback policy allows it and consultations are left at the start. */
  readonly consult?: (submission: Submission) => Promise<Feedback>
  /** Only for agents that declare `needs.insider`: what tests of the harness itself hand in. */
  readonly insider?: Insider
}

/** Knowledge that no honest agent has; for `oracle` and for agents that play an attack. */
export interface Insider {
  /** The reference solution, or what is to be done for one; undefined where the task has none. */
  solution(): Submission | Conduct | undefined
  /** The names of the domain's attacks that apply to this task. */
  readonly attacks: readonly string[]
  /** The submission of one attack, or what is to be done for one. Throws `UsageError` for an unknown name. */
  attack(name: string): Submission | Conduct
}

/** A strategy that drives an environment. */
export interface Agent {
  /** With its options where they are not the defaults: `best-of:k=8`. Names files and table rows. */
  readonly name: string
  readonly needs?: { readonly model?: boolean; readonly insider?: boolean }
  /** Throws what `act`, the model and the budget throw; the trial loop turns those into the trial's end. */
  attempt(environment: Environment, means: Means): Promise<Submission>
}
