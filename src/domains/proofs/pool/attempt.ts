import { InfrastructureError } from '../../../core/errors.ts'
import { Gone } from './gone.ts'
import type { Pool } from './pool.ts'
import type { Seat } from './seat.ts'

/** What became of work in a process that may die. `crash`: it dies at this work whenever it is done. */
export type Attempt<T> =
  | { readonly kind: 'result'; readonly result: T }
  | { readonly kind: 'limit'; readonly limit: 'seconds' | 'memory' }
  | { readonly kind: 'crash'; readonly message: string }

export interface Where<Place, Library> {
  readonly place: Place
  readonly library: Library
  readonly signal?: AbortSignal | undefined
  /** Instead of going to the place, the work itself goes further, to here: the process that is nearest to it is best. */
  readonly near?: Place
}

/** How many processes may be lost at one piece of work, the way to its place included. */
const losses = 6

/**
 * Does work at a place. A process that dies on the way there, or dies at the work for the first or second time, or meets the memory
 * limit after other work than this, is replaced and all is done again, so that it makes no difference what else the
 * process did. A place that steps lead to once and not again, as those do whose outcome hangs on time or memory, is nobody's
 * failure but that of the steps: `crash`. Throws `InfrastructureError` where every process dies by itself on the way, and
 * the signal's reason.
 */
export async function attempt<T, Place, Library, Process extends Seat<Place>>(
  pool: Pool<Place, Library, Process>,
  { place, library, signal, near }: Where<Place, Library>,
  work: (document: Process) => Promise<T>,
): Promise<Attempt<T>> {
  let died = 0
  let why = ''
  let bySteps = false
  for (let lost = 0; lost < losses; lost++) {
    signal?.throwIfAborted()
    let arrived = false
    let used = false
    try {
      const result = await pool.use({ place: near ?? place, library, fresh: lost > 0 }, async (document) => {
        if (!near && !(await document.goTo(place, signal))) {
          document.spoil()
          return undefined
        }
        arrived = true
        used = document.used
        return { value: await work(document) }
      })
      if (result) return { kind: 'result', result: result.value }
      why = 'a sentence that worked before does not work any more'
      bySteps = true
    } catch (error) {
      if (!(error instanceof Gone)) throw error
      signal?.throwIfAborted()
      why = error.message
      if (!arrived) {
        bySteps ||= error.reason !== 'died'
        continue
      }
      if (error.reason === 'stuck') return { kind: 'limit', limit: 'seconds' }
      if (error.reason === 'output') return { kind: 'crash', message: error.message }
      if (error.reason === 'memory' && !used) return { kind: 'limit', limit: 'memory' }
      if ((error.reason === 'died' || error.reason === 'confused') && ++died > 2)
        return { kind: 'crash', message: `the prover does not survive this: ${error.message}` }
    }
  }
  const message = `the prover cannot be brought back to this state: ${why}`
  if (bySteps) return { kind: 'crash', message: `${message}; go on from another` }
  throw new InfrastructureError('prover-replay', message)
}
