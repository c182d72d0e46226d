import { fileSet } from '../../../core/files.ts'
import { limitsSchema } from '../../../core/limits.ts'
import type { SandboxBackend } from '../../../core/sandbox.ts'
import type { Submission } from '../../../core/submission.ts'
import type { Task } from '../../../core/task.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { openLab } from '../../../sandbox/index.ts'
import type { Formal, ProofsKey } from '../key.ts'
import { judge } from './index.ts'

const context = `Inductive mine := zero | next (n : mine).
Fixpoint add (n m : mine) : mine := match n with zero => m | next n => next (add n m) end.
`

/** A task of one's own numbers, as small as they come. */
export const addZero: Task<ProofsKey> = taskOf('add_zero', {
  context,
  prelude: 'Require Import Context.',
  statement: 'Theorem add_zero : forall n, add n zero = n.',
  axioms: [],
  solution: `Require Import Context.
Theorem add_zero : forall n, add n zero = n.
Proof.
  induction n as [| n same]; simpl; [ reflexivity | now rewrite same ].
Qed.
`,
})

/** A task around one theorem in Rocq. */
export function taskOf(
  theorem: string,
  formal: Partial<Formal>,
  more: Partial<ProofsKey> = {},
): Task<ProofsKey> {
  const rocq = { context: '', prelude: '', statement: '', axioms: [], ...formal }
  return {
    id: theorem.replaceAll('_', '-'),
    domain: 'proofs',
    brief: {
      instructions: `Prove ${theorem}.`,
      files: fileSet({ 'Answer.v': `${rocq.prelude}\n${rocq.statement}\nAdmitted.\n` }),
      answer: { kind: 'files', paths: ['Answer.v', 'Answer.lean'], maxBytes: 1024 ** 2 },
      limits: limitsSchema.parse({}),
      feedback: { consultations: 0, detail: 'findings' },
    },
    key: { theorem, formal: { rocq }, files: fileSet({}), ...more },
    origin: { suite: 'tests', source: 'here', version: '1', licence: 'MIT' },
    errata: [],
  }
}

export function answer(text: string, path = 'Answer.v'): Submission {
  return { kind: 'files', files: fileSet({ [path]: text }) }
}

/** Judges once, in a lab of its own. */
export async function judgeIn(
  backend: SandboxBackend,
  task: Task<ProofsKey>,
  submission: Submission,
): Promise<Verdict> {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  return await judge(task, submission, lab)
}
