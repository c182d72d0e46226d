/**
 * What the community's Lean REPL (leanprover-community/repl) is asked: one JSON object, ended by a blank line. It
 * recognises a request by its fields, so that each has just these.
 */
export type Request =
  /** Runs commands. Without `env` they begin a file, and may import. */
  | ({ readonly cmd: string } & CommandOptions)
  /** The same with the text of a file, by its path as the REPL sees it. */
  | ({ readonly path: string } & CommandOptions)
  /** Runs one tactic in a proof state. */
  | { readonly tactic: string; readonly proofState: number }
  | { readonly pickleTo: string; readonly env: number }
  | { readonly pickleTo: string; readonly proofState: number }
  | { readonly unpickleEnvFrom: string }
  | { readonly unpickleProofStateFrom: string; readonly env?: number }

export interface CommandOptions {
  readonly env?: number
  /** Every tactic with the state before it. */
  readonly allTactics?: boolean
  /** The initial state of every tactic proof, as if it were a `sorry`. */
  readonly rootGoals?: boolean
  readonly infotree?: 'full' | 'tactics' | 'original' | 'substantive'
  /** Later REPLs collect what is kept of earlier commands; those that know nothing of it leave it out. */
  readonly gc?: boolean
}

/**
 * A request as it is written. It stands on one line: the REPL joins lines without what was between them, so that a raw
 * line break within a text would glue its words together.
 */
export const written = (request: Request): string => `${JSON.stringify(request)}\n\n`

/** Why a text cannot be sent, or undefined where it can. Lean's strings are made of whole characters. */
export function unsendable(text: string): string | undefined {
  if (text.length > mostCharacters)
    return `it has ${text.length} characters, more than the ${mostCharacters} that are sent`
  if (!text.isWellFormed()) return 'it has half a character (U+D800 to U+DFFF) in it'
  if (text.includes('\0')) return 'it has the character U+0000 in it'
  return undefined
}

const mostCharacters = 8 * 1024 ** 2
