import { z } from 'zod'
import type { TaskParts } from '../../core/domain.ts'
import { UsageError } from '../../core/errors.ts'
import { type FileSet, textOf } from '../../core/files.ts'
import type { ProverName } from './prover.ts'

/** What the agent hands in, by prover: exactly one of them. */
export const answerPaths: Readonly<Record<ProverName, string>> = { rocq: 'Answer.v', lean: 'Answer.lean' }

/** A theorem in one prover's language. */
export interface Formal {
  /**
   * A file of its own that the statement and the answer build on: definitions, lemmas. In Rocq it is compiled as the
   * module `Context`, in Lean as `Context`; empty where there is none.
   */
  readonly context: string
  /**
   * Sentences that stand before the statement, there and in the answer: imports, scopes, notations. They define nothing,
   * unless `within` is there.
   */
  readonly prelude: string
  /** The statement with its name, a whole sentence: `Theorem add_zero : forall n, add n O = n.` */
  readonly statement: string
  /** Axioms that a proof may rest on, besides the prover's usual ones, fully qualified. */
  readonly axioms: readonly string[]
  /** The reference proof: a whole answer file. */
  readonly solution?: string
  /** Present where the theorem stands in the middle of a file (Rocq only). */
  readonly within?: Within
}

/**
 * A theorem in the middle of a file: the prelude is all of the file before it, which may define things, and every answer
 * begins with it as it stands. So whatever the statement is about is the same in the answer.
 */
export interface Within {
  /** The plain modules that the theorem is in, from the outermost. */
  readonly modules: readonly string[]
  /** What ends the modules and sections that are open at the theorem. */
  readonly closing: string
  /** Axioms that the file or another one of the task has, and that a proof may not rest on: `Answer.hole`. */
  readonly forbidden: readonly string[]
}

/** All that the judge knows of a theorem. */
export interface ProofsKey {
  readonly theorem: string
  readonly formal: Readonly<Partial<Record<ProverName, Formal>>>
  /**
   * Further files that the contexts need, by path: `.v` and `.lean` files, compiled in the order given. A `_CoqProject`
   * among them says how Rocq's are mapped to modules.
   */
  readonly files: FileSet
}

/** The `[key]` table of `task.toml`. */
const keySchema = z.strictObject({
  theorem: z.string().regex(/^[A-Za-z_][\w']{0,200}$/, 'is not the name of a theorem'),
  axioms: z
    .strictObject({ rocq: z.array(z.string()).default([]), lean: z.array(z.string()).default([]) })
    .prefault({}),
})

/** By prover, the end of its files' names. */
const endings: Readonly<Record<ProverName, string>> = { rocq: '.v', lean: '.lean' }

/**
 * `tests/Statement.v` and `tests/Statement.lean` have the prelude and, last, after a line `(* statement *)` or
 * `-- statement`, the statement; `environment/Context.*` what it builds on; `solution/Answer.*` the reference proof.
 * Throws `UsageError` (`broken-task`).
 */
export function readKey({ tests, solution, environment, settings, answer }: TaskParts): ProofsKey {
  if (answer.kind !== 'files')
    throw new UsageError('broken-task', '[answer] a proof is a file: kind = "files", paths = ["Answer.v"]')
  const read = keySchema.safeParse(settings)
  if (!read.success) throw new UsageError('broken-task', `[key]: ${z.prettifyError(read.error)}`)
  const { theorem, axioms } = read.data
  const formal: Partial<Record<ProverName, Formal>> = {}
  for (const prover of ['rocq', 'lean'] as const) {
    if (!answer.paths.includes(answerPaths[prover])) continue
    const name = `Statement${endings[prover]}`
    const text = textOf(tests, name)
    if (text === undefined) throw new UsageError('broken-task', `tests/ has no ${name}`)
    const reference = textOf(solution, answerPaths[prover])
    formal[prover] = {
      ...statementOf(text, `tests/${name}`),
      context: textOf(environment, `Context${endings[prover]}`) ?? '',
      axioms: axioms[prover],
      ...(reference !== undefined && { solution: reference }),
    }
  }
  if (Object.keys(formal).length === 0)
    throw new UsageError('broken-task', '[answer] paths names neither Answer.v nor Answer.lean')
  return { theorem, formal, files: new Map() }
}

/** Splits at the marking line. Throws `UsageError`. */
function statementOf(text: string, where: string): Pick<Formal, 'prelude' | 'statement'> {
  const mark = /^[ \t]*(\(\* statement \*\)|-- statement)[ \t]*$/m.exec(text)
  if (!mark) throw new UsageError('broken-task', `${where} has no line "(* statement *)" or "-- statement"`)
  const statement = text.slice(mark.index + mark[0].length).trim()
  if (statement === '') throw new UsageError('broken-task', `${where} ends before the statement`)
  return { prelude: text.slice(0, mark.index).trim(), statement }
}
