import { textOf } from '../../core/files.ts'
import type { Brief } from '../../core/task.ts'
import { answerPaths } from './key.ts'
import { type Sentence, sentencesOf } from './rocq/sentences.ts'

/** The module that a task's definitions are compiled as. */
export const contextPath = 'Context.v'

/** A theorem as the brief's own files give it. */
export interface Posed {
  /** `num_add_zero`. */
  readonly name: string
  /** Sentences before the statement: imports, scopes. */
  readonly prelude: string
  /** The statement with its name, a whole sentence. */
  readonly statement: string
  /** The text of `Context.v`, or undefined where the task has none. */
  readonly context: string | undefined
}

const heads =
  /^(?:#\[[^\]]*\]\s*)*(?:(?:Local|Global|Program|Polymorphic)\s+)*(?:Theorem|Lemma|Fact|Remark|Corollary|Proposition|Property|Example)\s+([\p{L}_][\p{L}\p{N}_']*)/u

/** The name that a statement gives its theorem, or undefined where it is no statement. */
export function nameIn(statement: string): string | undefined {
  return heads.exec(statement.trim())?.[1]
}

/**
 * The theorem that a brief asks for, read from its stub `Answer.v`: the last statement in it. Undefined where the brief has
 * no such file or no statement is in it, as for tasks in Lean alone.
 */
export function posedIn({ files }: Brief): Posed | undefined {
  const stub = textOf(files, answerPaths.rocq)
  if (stub === undefined) return undefined
  const sentences: readonly Sentence[] = [...sentencesOf(stub)]
  const last = sentences.findLast(({ text, kind }) => kind === 'sentence' && nameIn(text) !== undefined)
  if (!last) return undefined
  return {
    name: nameIn(last.text)!,
    prelude: stub.slice(0, last.start).trim(),
    statement: last.text,
    context: textOf(files, contextPath),
  }
}
