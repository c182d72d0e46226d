/** Something is where it cannot be: beyond the file's end, or too large a number. */
export class Broken extends Error {}

/** Numbers and texts of a file that may lie about where they are, in its byte order and word size. */
export class Bytes {
  readonly buffer: Buffer
  readonly little: boolean
  readonly wide: boolean

  constructor(buffer: Buffer, little: boolean, wide: boolean) {
    this.buffer = buffer
    this.little = little
    this.wide = wide
  }

  u16(at: number): number {
    this.#check(at, 2)
    return this.little ? this.buffer.readUInt16LE(at) : this.buffer.readUInt16BE(at)
  }

  u32(at: number): number {
    this.#check(at, 4)
    return this.little ? this.buffer.readUInt32LE(at) : this.buffer.readUInt32BE(at)
  }

  /** An address, an offset or a size. Those beyond 2^53 are no place in any file. */
  word(at: number): number {
    if (!this.wide) return this.u32(at)
    this.#check(at, 8)
    const value = this.little ? this.buffer.readBigUInt64LE(at) : this.buffer.readBigUInt64BE(at)
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value)
  }

  /** A text that ends with NUL, at most 300 bytes of it. */
  text(at: number): string {
    this.#check(at, 1)
    const window = this.buffer.subarray(at, at + 300)
    const end = window.indexOf(0)
    return (end < 0 ? window : window.subarray(0, end)).toString('latin1')
  }

  #check(at: number, length: number): void {
    if (!Number.isSafeInteger(at) || at < 0 || at + length > this.buffer.length)
      throw new Broken(`nothing at ${at}`)
  }
}

/** What a part of a broken file is, or what counts where it cannot be read. */
export function attempt<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch (thrown) {
    if (thrown instanceof Broken) return otherwise
    throw thrown
  }
}
