import type { z } from 'zod'
import type { Submission } from './submission.ts'
import type { Brief } from './task.ts'

/** A value that survives JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A named thing that an agent can do. An LM sees it as a tool; a program calls it directly. */
export interface Action {
  readonly description: string
  /** Always an object schema: model providers accept nothing else for tools. */
  readonly input: z.ZodObject
  /** Shape of `Observation.data`. */
  readonly output?: z.ZodType
}

export type ActionTable = Readonly<Record<string, Action>>

/** What came of an action. Failure is an observation too: the agent may go on. */
export interface Observation {
  readonly ok: boolean
  /** In words, for a model; cut to what fits a context. */
  readonly text: string
  readonly data?: Json
}

/** How good a candidate looks from inside the environment, where only the brief is known; higher is better. */
export interface Rating {
  readonly score: number
  readonly why: string
}

/** One task opened for one agent. Disposing it stops everything that runs in it. */
export interface Environment extends AsyncDisposable {
  readonly brief: Brief
  readonly actions: ActionTable
  /**
   * Does one action. An unknown name or an input that its schema refuses is an observation with `ok: false`.
   * Throws `LimitReached` where the sandbox ran into a limit, and `InfrastructureError`.
   */
  act(name: string, input: unknown, signal?: AbortSignal): Promise<Observation>
  /** Puts a candidate where the answer belongs. Only for answers that are files. Throws `LimitReached` (`disk`). */
  place(submission: Submission): Promise<void>
  /**
   * What stands now where the answer belongs; empty where nothing does. Throws `UsageError` where it cannot be taken
   * (a file too large to read): the trial then ends as rejected.
   */
  collect(): Promise<Submission>
  /** The domain's objective for choosing between candidates. Must not use the key. Throws what `act` throws. */
  rate?(candidate: Submission, signal?: AbortSignal): Promise<Rating>
}
