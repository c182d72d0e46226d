import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import type { Item } from './library.ts'
import { type Definition, type Header, schemaVersion, type TracedTheorem } from './schema.ts'

/** The first line of a file's trace. */
export function headerOf(
  { path, module, basis, requires }: Pick<Item, 'path' | 'module' | 'basis' | 'requires'>,
  came: Partial<Pick<Header, 'seconds' | 'sentences' | 'failure'>> & {
    readonly definitions?: readonly Definition[]
    readonly theorems?: readonly TracedTheorem[]
  },
): Header {
  const { theorems = [], failure } = came
  return {
    type: 'file',
    schema: schemaVersion,
    file: path,
    module,
    basis,
    requires: [...requires],
    outcome: !failure ? 'traced' : theorems.length > 0 ? 'partial' : 'failed',
    ...(failure && { failure }),
    sentences: came.sentences ?? 0,
    theorems: theorems.length,
    steps: theorems.reduce((sum, { steps }) => sum + steps.length, 0),
    seconds: came.seconds ?? { compile: 0, replay: 0 },
    definitions: [...(came.definitions ?? [])],
  }
}

/** Whether trying again could help: the machine failed, not the file. */
export function isPassing(error: unknown): boolean {
  return error instanceof InfrastructureError ? error.retryable : /\bEAGAIN\b/.test(messageOf(error))
}
