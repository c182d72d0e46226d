import type { Domain } from '../../core/domain.ts'
import { fileSet } from '../../core/files.ts'
import type { Submission } from '../../core/submission.ts'
import { attacks } from './attacks/index.ts'
import { open } from './environment.ts'
import { judge } from './judge/index.ts'
import { answerPaths, type ProofsKey, readKey } from './key.ts'
import { loaders } from './loaders/index.ts'
import { proverNames } from './prover.ts'
import { baseline } from './solver.ts'
import { proofsTools } from './tools.ts'

export type { ProofsKey } from './key.ts'

/** Theorems, judged by the kernel of the prover they are stated in. */
export const proofs = {
  name: 'proofs',
  judgedBy:
    "Rocq's kernel, and its checker beside it, on the task's own statement; Lean's where it is installed",
  tools: proofsTools,
  loaders,
  readKey,
  open: ({ brief }, _secrets, lab) => open({ brief }, lab),
  judge,
  oracle: ({ key }) => referenceOf(key),
  attacks,
  baseline,
} satisfies Domain<ProofsKey>

/** The reference proof of the first prover that has one: two answers would be two attempts. */
function referenceOf({ formal }: ProofsKey): Submission | undefined {
  for (const prover of proverNames) {
    const text = formal[prover]?.solution
    if (text !== undefined) return { kind: 'files', files: fileSet({ [answerPaths[prover]]: text }) }
  }
  return undefined
}
