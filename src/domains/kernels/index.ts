import type { Domain } from '../../core/domain.ts'
import type { Submission } from '../../core/submission.ts'
import { attacks } from './attacks/index.ts'
import { baseline } from './baseline/index.ts'
import { open } from './environment.ts'
import { judge, sit } from './judge/index.ts'
import { answerPaths, type KernelsKey, readKey } from './key.ts'
import { lint } from './lint/index.ts'
import { kernelbench } from './loaders/kernelbench.ts'
import { kernelsTools } from './tools.ts'

export type { KernelsKey } from './key.ts'

/** Faster PyTorch modules, judged by what they compute and by a clock that they cannot reach. */
export const kernels = {
  name: 'kernels',
  judgedBy: 'the values that it computes, and its processor time beside eager PyTorch',
  tools: kernelsTools,
  loaders: [kernelbench],
  readKey,
  open: (scene, _secrets, lab) => open(scene, lab),
  judge: (task, submission, lab) => judge(task, submission, lab),
  sit: (task, lab) => sit(task, lab),
  oracle: ({ key }) => referenceOf(key),
  attacks,
  baseline,
  lint: (task, lab) => lint(task, lab),
} satisfies Domain<KernelsKey>

/**
 * Our own kernel; where being right is all that is asked for, the problem's own model under the other name. A problem that
 * has to be beaten and has no solution has no oracle: its own model is as fast as itself.
 */
function referenceOf({ problem, solution, solved }: KernelsKey): Submission | undefined {
  if (solution.size > 0) return { kind: 'files', files: solution }
  if (solved === 'faster') return undefined
  const own = `${problem}\n\nModelNew = Model\n`
  return { kind: 'files', files: new Map([[answerPaths[0], Buffer.from(own)]]) }
}
