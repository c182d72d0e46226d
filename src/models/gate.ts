import pLimit from 'p-limit'
import { abortable, sleep } from './waiting.ts'

/** What all requests of one model pass: so many at once, and none while the provider wants to be left alone. */
export class Gate {
  readonly #limit: ReturnType<typeof pLimit>
  #closedUntil = 0

  constructor(concurrency: number) {
    this.#limit = pLimit(concurrency)
  }

  /** Lets nobody through for so many milliseconds. A longer pause that stands already stays. */
  close(ms: number): void {
    this.#closedUntil = Math.max(this.#closedUntil, performance.now() + ms)
  }

  /** Does the work when it is its turn. Rejects with the signal's reason as soon as it is aborted, queued or not. */
  pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = this.#limit(async () => {
      for (;;) {
        signal?.throwIfAborted()
        const left = this.#closedUntil - performance.now()
        if (left <= 0) return work()
        await sleep(left, signal)
      }
    })
    return abortable(turn, signal)
  }
}
