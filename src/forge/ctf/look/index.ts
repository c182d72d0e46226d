import { availableParallelism } from 'node:os'
import pLimit from 'p-limit'
import type { Lab } from '../../../core/domain.ts'
import { InfrastructureError, messageOf } from '../../../core/errors.ts'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import { Fallen, type Means, type RawItem } from '../../source.ts'
import type { Facts } from '../facts.ts'
import { limits } from './limits.ts'
import { Failed, Looker, Lost } from './process.ts'

/** Opens challenges' files, in sandboxes. Both methods throw `Fallen`, and `InfrastructureError`. */
export interface Lookers extends AsyncDisposable {
  /** All that can be seen of a challenge. */
  look(item: RawItem): Promise<Facts>
  /**
   * The bytes of files by their `from` path, those in archives included: at most 64 MiB each and 256 MiB together. Falls
   * where one is absent.
   */
  extract(item: RawItem, sources: readonly string[]): Promise<Map<string, Uint8Array>>
}

export interface LookMeans extends Pick<Means, 'root' | 'openLab' | 'backend' | 'signal'> {
  /** How many look at once; by default as many as there are processors, at most four. */
  readonly count?: number
  /** Longest for one challenge. */
  readonly seconds?: number
}

/**
 * A few lookers, in bubblewrap's sandboxes wherever there are any, since they start in no time, else in those of the back
 * end. One of them is opened at once, so that a machine where this cannot work says so before anything is done. Throws
 * `InfrastructureError`.
 */
export async function openLookers(means: LookMeans): Promise<Lookers> {
  const { lab, close } = await labFor(means)
  try {
    const pool = new Pool(lab, means, close)
    await pool.begin()
    return pool
  } catch (thrown) {
    await close()
    throw thrown
  }
}

async function labFor(means: LookMeans): Promise<{ lab: Lab; close(): Promise<void> }> {
  if (means.backend !== 'bubblewrap') {
    try {
      const backend = await bubblewrap()
      const lab = openLab(backend, { seed: 'look', signal: means.signal })
      const close = async () => {
        await lab[Symbol.asyncDispose]()
        await backend[Symbol.asyncDispose]()
      }
      return { lab, close }
    } catch (thrown) {
      if (!(thrown instanceof InfrastructureError)) throw thrown
    }
  }
  const lab = means.openLab('look')
  return {
    lab,
    close: async () => {
      await lab[Symbol.asyncDispose]()
    },
  }
}

class Pool implements Lookers {
  readonly #lab: Lab
  readonly #root: string
  readonly #seconds: number
  readonly #signal: AbortSignal
  readonly #close: () => Promise<void>
  readonly #idle: Looker[] = []
  readonly #turn: ReturnType<typeof pLimit>

  constructor(lab: Lab, means: LookMeans, close: () => Promise<void>) {
    this.#lab = lab
    this.#root = means.root
    this.#seconds = means.seconds ?? 2 * limits.seconds + 5
    this.#signal = means.signal
    this.#close = close
    this.#turn = pLimit(means.count ?? Math.min(4, availableParallelism()))
  }

  async begin(): Promise<void> {
    this.#idle.push(await Looker.open(this.#lab, this.#root))
  }

  async look(item: RawItem): Promise<Facts> {
    const { path, category } = item
    return this.#with(item, async (looker) => {
      const { facts } = await looker.ask({ do: 'look', path, category }, this.#seconds)
      return facts
    })
  }

  async extract(item: RawItem, sources: readonly string[]): Promise<Map<string, Uint8Array>> {
    if (sources.length === 0) return new Map()
    return this.#with(item, async (looker) => {
      const { path } = item
      const { parcels } = await looker.ask({ do: 'extract', path, sources }, this.#seconds)
      const wanted = new Set(sources)
      const total = parcels.reduce((sum, [, bytes]) => sum + bytes, 0)
      if (total > limits.extractBytes) throw new Lost('it extracted more than it may')
      const all = await looker.parcel(total)
      const files = new Map<string, Uint8Array>()
      let at = 0
      for (const [from, bytes] of parcels) {
        if (wanted.has(from)) files.set(from, all.subarray(at, at + bytes))
        at += bytes
      }
      const missing = sources.find((source) => !files.has(source))
      if (missing !== undefined) throw new Failed(`${missing} is not there any more, or too large`)
      return files
    })
  }

  /** A looker that is lost is not used again; the challenge is tried once more with a fresh one. */
  #with<T>(item: RawItem, work: (looker: Looker) => Promise<T>): Promise<T> {
    return this.#turn(async () => {
      for (let attempt = 1; ; attempt++) {
        this.#signal.throwIfAborted()
        const looker =
          (attempt === 1 ? this.#idle.pop() : undefined) ?? (await Looker.open(this.#lab, this.#root))
        try {
          const result = await work(looker)
          this.#idle.push(looker)
          return result
        } catch (thrown) {
          if (thrown instanceof Failed) {
            this.#idle.push(looker)
            throw new Fallen('look-failed', `${item.id}: ${thrown.message}`, { cause: thrown })
          }
          await looker[Symbol.asyncDispose]().catch(() => {})
          this.#signal.throwIfAborted()
          if (!(thrown instanceof Lost)) throw thrown
          if (attempt === 2)
            throw new Fallen('look-failed', `${item.id}: looking at it failed twice: ${messageOf(thrown)}`, {
              cause: thrown,
            })
        }
      }
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#idle.splice(0).map((looker) => looker[Symbol.asyncDispose]()))
    await this.#close()
  }
}
