import type { Turn } from './device.ts'
import type { Runner } from './runner.ts'

interface Moment {
  /** Of the sandbox's processor time and of the wall, in seconds. */
  readonly processor: number
  readonly wall: number
}

interface Batch {
  readonly from: Moment
  /** Within its calls. */
  readonly inside: Moment
  readonly turns: readonly Turn[]
  readonly calls: number
}

/**
 * How long to wait for so many calls, in seconds of wall time: a busy machine may take many times as long as `longest`, the
 * longest call so far; without one, of the problem's own model, ten minutes.
 */
export function patienceOf(longest: number | undefined, calls: number): number {
  return longest === undefined ? 600 : 30 + 20 * calls * longest
}

/**
 * Takes the time of one side's batches from outside. By processor time, a batch lasts until the next one begins, so that
 * what is put off is counted all the same. By wall time, it is the time within its calls; but no less than its processor
 * time, taken in the same way, divided by its threads: work beside the calls or on more threads gains nothing.
 */
export class Stopwatch {
  readonly runner: Runner
  readonly #threads: number
  readonly #batches: Batch[] = []
  #end: Moment | undefined
  #longest: number | undefined
  #last = 0

  /** `longest` is the wall time of its longest call so far, in seconds; undefined for the problem's own model. */
  constructor(runner: Runner, threads: number, longest: number | undefined) {
    this.runner = runner
    this.#threads = threads
    this.#longest = longest
  }

  /** How long to wait for a call, in seconds. */
  get patience(): number {
    return patienceOf(this.#longest, 1)
  }

  /** Begins a batch, and ends the one before. */
  begin(): void {
    this.#batches.push({ from: this.#now(), inside: { processor: 0, wall: 0 }, turns: [], calls: 0 })
  }

  /** Does all that belongs to one call of the batch, the call among it. */
  async turn<T>(work: () => Promise<T>): Promise<T> {
    const from = this.runner.clock()
    const result = await work()
    const total = this.runner.clock() - from
    const batch = this.#batches.pop()
    if (!batch) throw new Error('begin() comes in the first turn')
    this.#batches.push({ ...batch, turns: [...batch.turns, { inside: this.#last, total }] })
    return result
  }

  /** Does one call of the batch. */
  async time<T>(work: () => Promise<T>): Promise<T> {
    const [from, before] = [this.#now(), this.runner.clock()]
    const result = await work()
    this.#last = this.runner.clock() - before
    const to = this.#now()
    const batch = this.#batches.pop()
    if (!batch) throw new Error('begin() comes before time()')
    const { inside } = batch
    const wall = to.wall - from.wall
    if (this.#longest !== undefined) this.#longest = Math.max(this.#longest, wall)
    const sum = { processor: inside.processor + to.processor - from.processor, wall: inside.wall + wall }
    this.#batches.push({ ...batch, inside: sum, calls: batch.calls + 1 })
    return result
  }

  /** Ends the last batch. */
  stop(): void {
    this.#end = this.#now()
  }

  /** Seconds of each batch; the last is missing until its end is known. */
  windows(): number[] {
    return this.#ends().map((end, at) => {
      const { from, inside } = this.#batches[at]!
      const processor = Math.max(end.processor - from.processor, 1e-9)
      return this.#threads === 1 ? processor : Math.max(inside.wall, processor / this.#threads)
    })
  }

  /** What each batch's calls took by the runner's clock; the last is missing until its end is known. */
  turns(): (readonly Turn[])[] {
    return this.#ends().map((_, at) => this.#batches[at]!.turns)
  }

  /** Processor time beside the calls, and how many gaps there were between them. */
  between(): { readonly seconds: number; readonly count: number } {
    const ended = this.#ends()
    const seconds = ended.reduce((sum, end, at) => {
      const { from, inside } = this.#batches[at]!
      return sum + end.processor - from.processor - inside.processor
    }, 0)
    return { seconds, count: this.#batches.reduce((sum, { calls }) => sum + calls, 0) }
  }

  /** Processor time in the calls. */
  inside(): number {
    return this.#batches.reduce((sum, { inside }) => sum + inside.processor, 0)
  }

  #ends(): Moment[] {
    return [...this.#batches.slice(1).map(({ from }) => from), ...(this.#end ? [this.#end] : [])]
  }

  #now(): Moment {
    return { processor: this.runner.process.cpuSeconds(), wall: performance.now() / 1000 }
  }
}
