import { UsageError } from '../../../../core/errors.ts'
import { fileSet } from '../../../../core/files.ts'
import { limitsSchema } from '../../../../core/limits.ts'
import type { Origin, Task } from '../../../../core/task.ts'
import { stubFile, theoremIn } from '../../judge/rocq/files.ts'
import { answerPaths, type Formal, type ProofsKey } from '../../key.ts'
import { sentencesOf } from '../../rocq/sentences.ts'
import { readText } from '../tree.ts'
import { type File, holesIn, type Library } from './library.ts'
import { admitted, modulesOf, type Scanned, type Stated, scan } from './scan.ts'

/** A statement's place in a library. */
export interface Place {
  readonly library: Library
  readonly file: File
  /** Which of the file's statements. */
  readonly index: number
  readonly name: string
}

export interface TaskRules {
  /** Whether proofs may rest on what the files leave unproved before the theorem. */
  readonly mayUseHoles: boolean
}

/** The reasons for which a statement is no task; undefined where it is one. */
export function obstacleOf(stated: Stated, scanned: Scanned, { project }: File) {
  const { outward } = scanned
  if (stated.scopes.some(({ plain }) => !plain))
    return { kind: 'in-functor', why: 'it stands in a functor, a signature or a sealed module' }
  if (stated.mutual) return { kind: 'mutual', why: 'it is stated with others at once' }
  if (outward && outward.at < stated.statement.start)
    return {
      kind: 'outward',
      why: `before it the file says "${outward.text.split('\n')[0]}", which no answer may`,
    }
  if (project.flags.length > 0)
    return { kind: 'flags', why: `its project changes the language: ${project.flags.join(' ')}` }
  return undefined
}

/** Reads the file again and makes the task. Throws `UsageError` (`broken-task`). */
export async function taskAt(
  { library, file, index, name }: Place,
  { mayUseHoles }: TaskRules,
  id: string,
  origin: Origin,
): Promise<Task<ProofsKey>> {
  const text = await readText(library.root, file.path)
  const scanned = scan(text)
  const stated = scanned.stated[index]
  if (stated?.name !== name)
    throw new UsageError('broken-task', `${file.path} has changed since it was listed`)
  const { files, holes } = await library.needed(file, stated.statement.start)
  const own = holesIn(scanned, stated.statement.start).map((hole) => `Answer.${hole}`)
  const inSection = stated.scopes.some(({ kind }) => kind === 'section')
  const formal: Formal = {
    context: '',
    prelude: preludeOf(text, scanned, stated, inSection),
    statement: stated.statement.text,
    axioms: [],
    within: {
      modules: modulesOf(stated.scopes),
      closing: stated.scopes
        .map(({ name: scope }) => `End ${scope}.`)
        .toReversed()
        .join('\n'),
      forbidden: mayUseHoles ? [] : [...own, ...holes],
    },
  }
  const solution = stated.ending === 'proved' ? solutionOf(formal, stated.proof, inSection) : undefined
  const stub = stubFile(formal)
  return {
    id,
    domain: 'proofs',
    brief: {
      instructions: instructionsOf(stated, file, theoremIn(name, formal), inSection, mayUseHoles),
      files: new Map([...files, ...fileSet({ [answerPaths.rocq]: stub })]),
      answer: {
        kind: 'files',
        paths: [answerPaths.rocq],
        maxBytes: Math.max(1024 ** 2, 2 * Buffer.byteLength(stub)),
      },
      limits: limitsSchema.parse({ wallSeconds: 900, turns: 40 }),
      feedback: { consultations: 0, detail: 'findings' },
      settings: { theorem: theoremIn(name, formal) },
    },
    key: {
      theorem: name,
      formal: { rocq: solution === undefined ? formal : { ...formal, solution } },
      files,
    },
    origin,
    errata: [],
  }
}

/** The file before the statement, with `Admitted` for what it leaves open without saying so. */
function preludeOf(text: string, { stated }: Scanned, { statement }: Stated, inSection: boolean): string {
  const before = admitted(text, stated, statement.start).trim()
  // A theorem of a section is closed over what its proof happens to use, unless it says otherwise.
  return inSection ? `${before}\nSet Default Proof Using "All".` : before
}

/** The reference: the file with its own proof of the theorem, and nothing behind. */
function solutionOf({ prelude, statement, within }: Formal, proof: string, inSection: boolean): string {
  return `${prelude}\n\n${statement}\n${proofOf(proof.trim(), inSection)}\n${within!.closing}\n`
}

function proofOf(proof: string, inSection: boolean): string {
  const [first] = sentencesOf(proof)
  if (!first || !/^Proof\b/.test(first.text)) return `Proof.\n${proof}`
  const head = /^Proof\s*\.$/.test(first.text)
  if (head || /^Proof\s+with\b/.test(first.text) || !inSection) return proof
  const rest = proof.slice(first.end)
  const using = /^Proof\s+using\b[^.]*?(\bwith\b[\s\S]*)?\.$/.exec(first.text)
  if (using) return `Proof${using[1] ? ` ${using[1]}` : ''}.${rest}`
  return `Proof.\nexact (${first.text.replace(/^Proof\s+/, '').slice(0, -1)}).\nQed.`
}

function instructionsOf(
  { informal, statement }: Stated,
  { path }: File,
  theorem: string,
  inSection: boolean,
  mayUseHoles: boolean,
): string {
  const parts = [
    `Prove the theorem \`${theorem}\`, which is from \`${path}\`, in Rocq (Coq 8.16).`,
    ...(informal === '' ? [] : [`What the file says of it:\n\n${informal}`]),
    `\`\`\`coq\n${statement.text}\n\`\`\``,
    `\`Answer.v\` is the file up to the theorem. Replace the last \`Admitted.\` by a proof that ends in \`Qed.\`. What stands before the theorem must stay as it is${inSection ? ', the line `Set Default Proof Using "All".` too, and so must the line `Proof.`' : ''}; lemmas of your own go between it and the theorem. What ends the file's sections and modules stays at its end.`,
    mayUseHoles
      ? 'The proof may rest on what the file and its libraries have before the theorem, axioms and admitted lemmas too, and on no other axiom.'
      : 'The proof may rest on the axioms that the file and its libraries have before the theorem, and on no others: not on lemmas that are admitted.',
  ]
  return parts.join('\n\n')
}
