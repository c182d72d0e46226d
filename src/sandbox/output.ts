/** One output stream of a command: what is kept for the end, and what readers get as it comes. */
export class Output {
  readonly limit: number
  readonly #kept: Uint8Array[] = []
  #keptBytes = 0
  #total = 0
  #ended = false
  #dropped = false
  readonly #readers = new Set<Reader>()

  /** Keeps at most `limit` bytes; a reader that falls behind by more than that loses what comes then. */
  constructor(limit: number) {
    this.limit = limit
  }

  /** Bytes that came, kept or not. */
  get total(): number {
    return this.#total
  }

  get truncated(): boolean {
    return this.#dropped
  }

  push(chunk: Uint8Array): void {
    this.#total += chunk.byteLength
    const room = this.limit - this.#keptBytes
    if (chunk.byteLength > room) this.#dropped = true
    if (room > 0) {
      const part = chunk.byteLength > room ? chunk.subarray(0, room) : chunk
      this.#kept.push(part)
      this.#keptBytes += part.byteLength
    }
    for (const reader of this.#readers) reader.push(chunk)
  }

  end(): void {
    this.#ended = true
    for (const reader of this.#readers) reader.end()
    this.#readers.clear()
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#kept)
  }

  /** From the beginning, as far as it was kept, then live. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const reader = new Reader(this.limit, this.#kept)
    if (this.#ended) reader.end()
    else this.#readers.add(reader)
    return {
      next: () => reader.next(),
      return: async () => {
        this.#readers.delete(reader)
        reader.end()
        return { done: true, value: undefined }
      },
    }
  }
}

class Reader {
  readonly #limit: number
  readonly #queue: Uint8Array[]
  #queued: number
  #ended = false
  #waiting: (() => void)[] = []

  constructor(limit: number, start: readonly Uint8Array[]) {
    this.#limit = limit
    this.#queue = [...start]
    this.#queued = start.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  }

  push(chunk: Uint8Array): void {
    if (this.#queued + chunk.byteLength > 2 * this.#limit + 65_536) return
    this.#queue.push(chunk)
    this.#queued += chunk.byteLength
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    while (this.#queue.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    const chunk = this.#queue.shift()
    if (chunk === undefined) return { done: true, value: undefined }
    this.#queued -= chunk.byteLength
    return { done: false, value: chunk }
  }

  #wake(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}
