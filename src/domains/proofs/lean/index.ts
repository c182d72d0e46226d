import type { Lab } from '../../../core/domain.ts'
import { UsageError } from '../../../core/errors.ts'
import { attempt } from '../pool/attempt.ts'
import { Pool } from '../pool/pool.ts'
import type { Opening, ProofSession, Prover } from '../prover.ts'
import { cut } from './goals.ts'
import { Libraries, type Library } from './library.ts'
import { type Place, Places, placeBehind, root } from './place.ts'
import { Repl } from './repl.ts'
import { unsendable } from './requests.ts'
import type { LeanPlace } from './sandbox.ts'
import { Session } from './session.ts'
import { bareStatement, declaredIn } from './statements.ts'
import { blanked, splitHeader } from './text.ts'

export interface LeanOptions {
  /** Prover processes that all sessions share. Default: 2. */
  readonly processes?: number
  /** Memory of one process: Mathlib alone maps about 6 GiB of files. Default: 8 GiB. */
  readonly memoryBytes?: number
  /** Wall time for a context with its statement. Default: 600. */
  readonly openSeconds?: number
}

/** Lean's prover, and what can be asked of its pool. */
export interface LeanProver extends Prover {
  readonly name: 'lean'
  /** How many processes were ever started: those beyond the pool's size replaced others. */
  readonly started: number
}

/**
 * Lean 4 by the community's REPL, in sandboxes of the lab. Nothing is started before the first opening. A process that is
 * lost is replaced, and the way to a state is taken again: the REPL's pickles bring back constants and nothing that was
 * declared about them (instances, `simp` lemmas, notations), so that a proof might go another way behind them.
 */
export function lean(lab: Lab, place: LeanPlace, options: LeanOptions = {}): LeanProver {
  const { processes = 2, memoryBytes = 8 * 1024 ** 3, openSeconds = 600 } = options
  let started = 0
  const pool = new Pool<Place, Library, Repl>({
    processes,
    startCode: 'lean-start',
    start: async ({ files }) => {
      started++
      return await Repl.start(lab, place, { memoryBytes, files })
    },
  })
  const libraries = new Libraries(lab, place, memoryBytes)
  const places = new Places()
  return {
    name: 'lean',
    get started() {
      return started
    },
    async open(opening: Opening): Promise<ProofSession> {
      const { header, rest, statement, name } = partsOf(opening)
      const library = await libraries.of(opening.files)
      const commands = placesOf(places, header, rest)
      const stated = placeBehind(commands, 'statement', statement)
      const options = { seconds: openSeconds, signal: lab.signal }
      const near = { place: root, near: commands, library, signal: lab.signal }
      const done = await attempt(pool, near, async (repl) => {
        const wrong = await repl.walk(commands, options)
        if (wrong) return wrong
        return await repl.say(stated, options)
      })
      if (done.kind === 'limit')
        throw refused(
          done.limit === 'seconds'
            ? `it takes longer than ${openSeconds} s`
            : 'it takes more memory than the prover has',
        )
      if (done.kind === 'crash') throw refused(done.message)
      if (done.result.kind === 'error') throw refused(done.result.message)
      const widened = !/^\s*(?:public\s+)?import\s+(?:Lean|Mathlib)\b/m.test(header)
      const searchPlace = widened ? placesOf(places, `${header}\nimport Lean`.trim(), rest) : commands
      return new Session({ pool, library, name, place: stated, said: done.result, searchPlace, widened })
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

/** Imports are a step of their own: contexts that import the same share it. */
function placesOf(places: Places, header: string, rest: string): Place {
  return places.behind(places.behind(root, header, { header: true }), rest)
}

function partsOf({ context, statement }: Opening) {
  for (const [text, where] of [
    [context, 'context'],
    [statement, 'statement'],
  ] as const) {
    const problem = unsendable(text)
    if (problem) throw refused(`in the ${where}, ${problem}`)
    const plain = blanked(text)
    if (!plain.ok) throw refused(`in the ${where}, ${plain.message}`)
  }
  const bare = bareStatement(statement)
  const declared = declaredIn(bare)
  if (!declared) throw refused('the statement is to be one theorem, like "theorem name : proposition"')
  return { ...splitHeader(context), statement: bare, name: declared.name }
}

function refused(why: string): UsageError {
  return new UsageError('bad-statement', `Lean refuses the context or the statement: ${cut(why, 8000)}`)
}
