import { Fault } from './fault.ts'

/** The judge itself has ten minutes by default (`core/judging.ts`), of which its own work takes one on a busy machine. */
export const allowanceSeconds = 300

/**
 * Wall time that all of an answer's processes may be waited for together, in seconds, for whatever they are asked: less than
 * the judge's own time, so that who sleeps comes to a verdict, and not to none.
 */
export class Allowance {
  readonly #total: number
  #left: number

  constructor(total = allowanceSeconds) {
    this.#total = total
    this.#left = total
  }

  /** Seconds for one question, which may take so many by itself. Throws `Fault` (`time`) where nothing is left. */
  of(seconds: number): number {
    if (this.#left > 0) return Math.min(seconds, this.#left)
    throw new Fault('time', `its calls, imports and pauses took more than ${this.#total} s together`)
  }

  spend(seconds: number): void {
    this.#left -= seconds
  }
}
