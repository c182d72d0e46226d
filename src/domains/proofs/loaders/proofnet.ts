import type { SuiteLoader } from '../../../core/domain.ts'
import { leanSuite } from './lean/suite.ts'

/** ProofNet (https://arxiv.org/abs/2302.12433): exercises of undergraduate textbooks, in Lean 4. */
export const proofNet: SuiteLoader = {
  name: 'proofnet',
  load: (directory, options) =>
    leanSuite(
      {
        name: 'proofnet',
        title: 'ProofNet in Lean 4',
        licence: 'of the port',
        ports: 'https://github.com/rahul3613/ProofNet-lean4',
      },
      directory,
      options,
    ),
}
