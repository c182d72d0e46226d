import { type FileSet, fileSet } from '../../../../core/files.ts'
import { limitsSchema } from '../../../../core/limits.ts'
import type { Origin, Task } from '../../../../core/task.ts'
import { answerPaths, type ProofsKey } from '../../key.ts'
import type { LeanHole } from './scan.ts'

/** `check` compiles in the agent's sandbox: Mathlib maps about 6 GiB of files, and takes seconds each time. */
const forMathlib = { memoryBytes: 8 * 1024 ** 3, processes: 512, cpuSeconds: 1800 }

/** A task of a theorem in Lean 4. */
export function leanTask(
  { name, statement, prelude, context, informal }: LeanHole,
  files: FileSet,
  id: string,
  origin: Origin,
): Task<ProofsKey> {
  const stub = `${prelude}\n\n${statement} := by\n  sorry\n`
  const own = context === '' ? {} : { 'Context.lean': context }
  return {
    id,
    domain: 'proofs',
    brief: {
      instructions: [
        `Prove the theorem \`${name}\` in Lean 4.`,
        ...(informal === '' ? [] : [informal]),
        `\`\`\`lean\n${statement}\n\`\`\``,
        '`Answer.lean` has the statement. Replace `sorry` by a proof; lemmas of your own go before the theorem. Allowed axioms are propext, Classical.choice and Quot.sound.',
      ].join('\n\n'),
      files: new Map([...files, ...fileSet({ ...own, [answerPaths.lean]: stub })]),
      answer: { kind: 'files', paths: [answerPaths.lean], maxBytes: 1024 ** 2 },
      limits: limitsSchema.parse({ wallSeconds: 900, turns: 40, sandbox: forMathlib }),
      feedback: { consultations: 0, detail: 'findings' },
    },
    key: { theorem: name, formal: { lean: { context, prelude, statement, axioms: [] } }, files },
    origin,
    errata: [],
  }
}
