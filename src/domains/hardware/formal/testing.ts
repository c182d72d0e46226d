import type { SandboxBackend } from '../../../core/sandbox.ts'
import { openLab } from '../../../sandbox/index.ts'
import { taskOf } from '../testing.ts'
import { tokenize } from '../tokens.ts'
import { type Equivalence, equivalenceOf } from './index.ts'

/** Two modules with the same ports; the texts are what stands between header and `endmodule`. */
export interface Pair {
  readonly ports: string
  readonly gold: string
  readonly gate: string
}

/** Asks whether the second body of a pair behaves as the first. For tests: the key has no testbench. */
export async function compared(
  backend: SandboxBackend,
  { ports, gold, gate }: Pair,
  seconds = 5,
): Promise<Equivalence> {
  await using lab = openLab(backend, { seed: 'test', signal: new AbortController().signal })
  const task = taskOf(`module RefModule (${ports});\n${gold}\nendmodule\n`, '')
  return await equivalenceOf(tokenize(`module TopModule (${ports});\n${gate}\nendmodule\n`), task, lab, {
    seconds,
  })
}
