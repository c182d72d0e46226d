import type { Runner } from './runner.ts'

interface Mark {
  /** Of the sandbox's processor time and of the wall, in seconds, before a batch and when it said that it was done. */
  readonly from: { readonly processor: number; readonly wall: number }
  readonly to: { readonly processor: number; readonly wall: number }
}

/**
 * Takes the time of one side's batches from outside. By processor time, a batch lasts until the next one begins, so that
 * what is put off is counted all the same; by wall time, until it says that it is done.
 */
export class Stopwatch {
  readonly #runner: Runner
  readonly #by: 'processor' | 'wall'
  readonly #marks: Mark[] = []
  #end: Mark['from'] | undefined

  constructor(runner: Runner, by: 'processor' | 'wall') {
    this.#runner = runner
    this.#by = by
  }

  /** How long to wait for a batch: the first may take long, later ones twenty times as long as those before, in seconds. */
  get patience(): number {
    const longest = Math.max(0, ...this.#marks.map(({ from, to }) => to.wall - from.wall))
    return this.#marks.length === 0 ? 600 : Math.max(60, 20 * longest)
  }

  async time<T>(work: () => Promise<T>): Promise<T> {
    const from = this.#now()
    const result = await work()
    this.#marks.push({ from, to: this.#now() })
    return result
  }

  /** Ends the last batch's time. */
  stop(): void {
    this.#end = this.#now()
  }

  /** Seconds of each batch; the last is missing until its end is known. */
  windows(): number[] {
    if (this.#by === 'wall') return this.#marks.map(({ from, to }) => to.wall - from.wall)
    return this.#ends().map((end, at) => Math.max(end.processor - this.#marks[at]!.from.processor, 1e-9))
  }

  /** Processor time between the batches, and how many gaps there were. */
  between(): { readonly seconds: number; readonly count: number } {
    const ends = this.#ends()
    const seconds = ends.reduce((sum, end, at) => sum + end.processor - this.#marks[at]!.to.processor, 0)
    return { seconds, count: ends.length }
  }

  /** Processor time in the batches. */
  inside(): number {
    return this.#marks.reduce((sum, { from, to }) => sum + to.processor - from.processor, 0)
  }

  #ends(): Mark['from'][] {
    return [...this.#marks.slice(1).map(({ from }) => from), ...(this.#end ? [this.#end] : [])]
  }

  #now(): Mark['from'] {
    return { processor: this.#runner.process.cpuSeconds(), wall: performance.now() / 1000 }
  }
}
