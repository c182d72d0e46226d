import { type FileSet, textOf } from '../../core/files.ts'
import type { Brief } from '../../core/task.ts'
import { answerPaths } from './key.ts'
import { statedIn } from './lean/statements.ts'
import { namespaceAt } from './lean/text.ts'
import type { ProverName } from './prover.ts'
import { projectPath } from './rocq/project.ts'
import { type Sentence, sentencesOf } from './rocq/sentences.ts'

/** A theorem as the brief's own files give it, in one prover's language. */
export interface Posed {
  readonly prover: ProverName
  /** `num_add_zero`; with its namespace where the stub opens one. */
  readonly name: string
  /** What stands before the statement: imports, scopes. */
  readonly prelude: string
  /** The statement with its name, without a proof. */
  readonly statement: string
  /** What stands behind the proof: the end of a namespace, section or module. */
  readonly after: string
  /** The brief's other files in that language, which the statement may build on, and Rocq's `_CoqProject`. */
  readonly files: FileSet
}

/** The theorem that a brief asks for, by prover. */
export type PosedByProver = Readonly<Partial<Record<ProverName, Posed>>>

const heads =
  /^(?:#\[[^\]]*\]\s*)*(?:(?:Local|Global|Program|Polymorphic)\s+)*(?:Theorem|Lemma|Fact|Remark|Corollary|Proposition|Property|Example)\s+([\p{L}_][\p{L}\p{N}_']*)/u

/** The name that a statement gives its theorem in Rocq, or undefined where it is no statement. */
export function nameIn(statement: string): string | undefined {
  return heads.exec(statement.trim())?.[1]
}

/**
 * The theorem that a brief asks for, read from its stubs `Answer.v` and `Answer.lean`: the last statement in each. Nothing
 * for a prover whose stub is not there or has no statement.
 */
export function posedIn({ files, settings }: Brief): PosedByProver {
  const rocq = posedInRocq(files, settings?.theorem)
  const lean = posedInLean(files)
  return { ...(rocq && { rocq }), ...(lean && { lean }) }
}

/** `path` is the theorem's name with the modules of the file that it is in. */
function posedInRocq(files: FileSet, path: unknown): Posed | undefined {
  const stub = textOf(files, answerPaths.rocq)
  if (stub === undefined) return undefined
  const sentences: readonly Sentence[] = [...sentencesOf(stub)]
  const last = sentences.findLast(({ text, kind }) => kind === 'sentence' && nameIn(text) !== undefined)
  if (!last) return undefined
  const name = nameIn(last.text)!
  const end = sentences.find(
    ({ start, text }) => start > last.start && /^(?:Admitted|Qed|Defined)\b/.test(text),
  )
  return {
    prover: 'rocq',
    name: typeof path === 'string' && path.endsWith(`.${name}`) ? path : name,
    prelude: stub.slice(0, last.start).trim(),
    statement: last.text,
    after: end ? stub.slice(end.end).trim() : '',
    files: new Map([...files].filter(([path]) => path === projectPath || isOther(path, 'rocq', '.v'))),
  }
}

function posedInLean(files: FileSet): Posed | undefined {
  const stub = textOf(files, answerPaths.lean)
  const stated = stub === undefined ? undefined : statedIn(stub)
  if (!stated) return undefined
  const { name, before, statement, after } = stated
  const full = [...namespaceAt(before), name].join('.')
  return {
    prover: 'lean',
    name: full,
    prelude: before,
    statement,
    after,
    files: new Map([...files].filter(([path]) => isOther(path, 'lean', '.lean'))),
  }
}

function isOther(path: string, prover: ProverName, ending: string): boolean {
  return path.endsWith(ending) && path !== answerPaths[prover]
}
