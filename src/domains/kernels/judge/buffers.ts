/** Buffers that are used again: memory that is touched for the first time costs more than copying into it. */
export class Buffers {
  readonly #kept = new Map<string, Buffer>()

  /** The buffer of this name, with whatever is in it. */
  of(name: string, bytes: number): Buffer {
    const kept = this.#kept.get(name)
    if (kept?.byteLength === bytes) return kept
    const made = Buffer.allocUnsafeSlow(bytes)
    this.#kept.set(name, made)
    return made
  }
}
