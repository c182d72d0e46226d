import { setTimeout as after } from 'node:timers/promises'

/** No reply is longer: one tells of a few hundred tensors at most. */
const mostBytes = 8 * 1024 ** 2

/** Lines of an output, one a call, each within a time of its own. */
export class LineReader {
  readonly #chunks: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)

  constructor(output: AsyncIterable<Uint8Array>) {
    this.#chunks = output[Symbol.asyncIterator]()
  }

  /** The next line, or why there is none: it is over, did not come within so many seconds, or is too long. */
  async next(seconds: number): Promise<string | { readonly none: 'ended' | 'time' | 'output' }> {
    const stop = new AbortController()
    const late = after(seconds * 1000, 'late' as const, { signal: stop.signal })
    late.catch(() => {})
    try {
      let searched = 0
      for (;;) {
        const end = this.#held.indexOf(10, searched)
        if (end >= 0) {
          const line = this.#held.toString('utf8', 0, end)
          this.#held = this.#held.subarray(end + 1)
          return line
        }
        searched = this.#held.length
        if (searched > mostBytes) return { none: 'output' }
        const came = await Promise.race([this.#chunks.next(), late])
        if (came === 'late') return { none: 'time' }
        if (came.done) return { none: 'ended' }
        this.#held = Buffer.concat([this.#held, came.value])
      }
    } finally {
      stop.abort()
    }
  }
}
