import { axioms } from './axioms.ts'
import { flags } from './flags.ts'
import { kernel } from './kernel.ts'
import { lean } from './lean.ts'
import { outside } from './outside.ts'
import type { ProofsAttack } from './skeleton.ts'
import { statements } from './statements.ts'

/** Every known way to cheat the judge. Those that only use up time or memory are tests of their own. */
export const attacks: readonly ProofsAttack[] = [
  ...axioms,
  ...flags,
  ...kernel,
  ...statements,
  ...outside,
  ...lean,
]
