import type { SuiteLoader } from '../../../core/domain.ts'
import { coqGym } from './coqgym.ts'
import { miniF2F } from './minif2f.ts'
import { proofNet } from './proofnet.ts'
import { rocqHoles } from './rocq/holes.ts'

/** Benchmarks that are read from their own layouts (docs/proofs.md). */
export const loaders: readonly SuiteLoader[] = [rocqHoles, coqGym, miniF2F, proofNet]
