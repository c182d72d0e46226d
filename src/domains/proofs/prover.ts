import type { FileSet } from '../../core/files.ts'

/** Names of the provers, as tasks and the command line say them. */
export const proverNames = ['rocq', 'lean'] as const
export type ProverName = (typeof proverNames)[number]

/** Names that share a type; `body` for local definitions. Texts are what the prover prints, in its own notation. */
export interface Hypothesis {
  readonly names: readonly string[]
  readonly type: string
  readonly body?: string
}

export interface Goal {
  /** Lean's case tag, Rocq's name of the existential variable, where there is one. */
  readonly name?: string
  readonly hypotheses: readonly Hypothesis[]
  readonly conclusion: string
}

/** A point of a proof. Ids belong to their session and stay valid in it, whatever branches are taken meanwhile. */
export interface ProofState {
  readonly id: string
  /** Goals in focus, in the prover's order. */
  readonly goals: readonly Goal[]
  /** How many goals wait outside the focus, are shelved, or were given up (`admit`, `sorry`). */
  readonly waiting: number
  readonly shelved: number
  readonly givenUp: number
  /** No goal is left anywhere: the proof can be closed. Whether the kernel takes it, `close` says. */
  readonly done: boolean
}

/** What became of one step. A step that fails leaves the state that it was taken from as it was. */
export type Step =
  | { readonly kind: 'state'; readonly state: ProofState; readonly messages: readonly string[] }
  | {
      readonly kind: 'error'
      readonly message: string /** Characters of the step, `[start, end)`. */
      readonly at?: readonly [number, number]
    }
  /** A limit ended it: `seconds` or `memory`. */
  | { readonly kind: 'limit'; readonly limit: 'seconds' | 'memory'; readonly message: string }

/** A statement in its context. */
export interface Opening {
  /** What stands before the statement: imports, definitions, lemmas. Whole sentences of the prover's language. */
  readonly context: string
  /** The statement with its name, as a whole sentence: `Theorem add_zero : forall n, n + 0 = n.` */
  readonly statement: string
  /** Further files that the context needs, by path. */
  readonly files?: FileSet
}

export interface StepOptions {
  /** Wall time of the step. Default: 10. */
  readonly seconds?: number
  readonly signal?: AbortSignal
}

/** What is searched for among everything that the context knows. */
export interface Question {
  /** `name`: part of a name; `type`: a pattern in the prover's notation; `words`: words of the name or statement. */
  readonly by: 'name' | 'type' | 'words'
  readonly text: string
  /** Most answers. Default: 20. */
  readonly most?: number
}

export interface Premise {
  /** Fully qualified. */
  readonly name: string
  readonly statement: string
}

/**
 * One theorem that is being proved. Methods throw `InfrastructureError` where the prover cannot be had at all; a prover
 * process that dies is replaced, and what it knew is brought back by doing the steps again.
 */
export interface ProofSession extends AsyncDisposable {
  readonly root: ProofState
  /** Takes one tactic, or several sentences of which the last one's state is meant, in any earlier state. */
  step(from: string, tactic: string, options?: StepOptions): Promise<Step>
  state(id: string): ProofState | undefined
  /** The sentences from the root to a state. */
  script(id: string): readonly string[]
  /** Asks the kernel to take the finished proof; the session goes on. */
  close(id: string, options?: StepOptions): Promise<{ readonly ok: boolean; readonly message: string }>
  search(question: Question, from?: string): Promise<readonly Premise[]>
  /** Prints what a vernacular query or command of information says (`Check x.`, `#check x`); changes nothing. */
  ask(
    query: string,
    from?: string,
    options?: StepOptions,
  ): Promise<{ readonly ok: boolean; readonly text: string }>
}

/** A proof assistant with a pool of processes, in sandboxes, that many sessions share. */
export interface Prover extends AsyncDisposable {
  readonly name: ProverName
  /** Throws `UsageError` (`bad-statement`) with the prover's message where context or statement are refused. */
  open(opening: Opening): Promise<ProofSession>
}
