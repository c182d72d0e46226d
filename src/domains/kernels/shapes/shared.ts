import { randomUUID } from 'node:crypto'
import { bubblewrap, openLab } from '../../../sandbox/index.ts'
import type { Analysis } from './analysis.ts'
import { Analyst } from './analyst.ts'
import type { Budget } from './budget.ts'
import { keepAnalysis, knownAnalysis } from './cache.ts'

/** How long an analyst waits for the next problem, in seconds: tasks are mostly loaded one after another. */
const idleSeconds = 2

/**
 * Analyses problems of one suite, those that are not known already in one sandbox that is opened when the first is asked
 * for and closed soon after the last.
 */
export class SharedAnalyst {
  #open: Promise<{ analyst: Analyst; close(): Promise<void> }> | undefined
  #users = 0
  #idle: NodeJS.Timeout | undefined

  /** Throws `InfrastructureError` where there is no torch or no sandbox. */
  async analyse(source: string, budget: Budget): Promise<Analysis> {
    const known = await knownAnalysis(source, budget)
    if (known) return known
    this.#users++
    clearTimeout(this.#idle)
    try {
      this.#open ??= open()
      const opened = await this.#open
      const found = await opened.analyst.analyse(source, budget)
      await keepAnalysis(source, budget, found)
      return found
    } catch (thrown) {
      // The next one gets a new sandbox.
      await this.#close()
      throw thrown
    } finally {
      this.#users--
      if (this.#users === 0) this.#idle = setTimeout(() => void this.#close(), idleSeconds * 1000)
    }
  }

  async #close(): Promise<void> {
    const opened = this.#open
    this.#open = undefined
    await opened?.then(({ close }) => close()).catch(() => {})
  }
}

async function open() {
  const backend = await bubblewrap()
  const stop = new AbortController()
  const lab = openLab(backend, { seed: randomUUID(), signal: stop.signal })
  const close = async () => {
    await lab[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  }
  try {
    const analyst = await Analyst.start(lab)
    return {
      analyst,
      close: async () => {
        await analyst[Symbol.asyncDispose]()
        await close()
      },
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
