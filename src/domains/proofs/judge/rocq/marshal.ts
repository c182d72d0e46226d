/** A value in OCaml's marshalled form, measured without building it (`runtime/caml/intext.h` of OCaml 4.14). */
export interface Measured {
  /** Offset behind the value. */
  readonly end: number
  /** Blocks, strings and doubles in it that others may point back to. */
  readonly objects: number
  /** Words in memory, headers included, on machines of 64 and of 32 bits. */
  readonly words64: number
  readonly words32: number
}

/** The bytes are no marshalled value, or one of a kind that proofs have none of. */
export class NotMarshalled extends Error {
  constructor(why: string, at: number) {
    super(`${why} at byte ${at}`)
    this.name = 'NotMarshalled'
  }
}

const smallMagic = 0x8495a6be
const bigMagic = 0x8495a6bf
const doubleArrays = new Set([0x0d, 0x0e, 0x0f, 0x07, 0x16, 0x17])

/** Where the data behind a header begin. Throws `NotMarshalled`. */
export function dataStart(bytes: Buffer): number {
  if (bytes.length >= 20 && bytes.readUInt32BE(0) === smallMagic) return 20
  if (bytes.length >= 32 && bytes.readUInt32BE(0) === bigMagic) return 32
  throw new NotMarshalled('no header', 0)
}

/**
 * Walks over one value that begins at `start`, where `before` objects stand before it in the same data. A reference has
 * to point back to one of them: memory is laid out by these numbers, and the reader in OCaml believes them.
 * Throws `NotMarshalled`.
 */
export function measure(bytes: Buffer, start: number, before = 0): Measured {
  let [at, left, objects, words64, words32] = [start, 1, 0, 0, 0]
  const number = (size: 1 | 2 | 4) => {
    if (at + size > bytes.length) throw new NotMarshalled('the end comes too soon', at)
    const read = bytes.readUIntBE(at, size)
    at += size
    return read
  }
  const block = (size: number) => {
    left += size
    if (size === 0) return
    objects++
    words64 += 1 + size
    words32 += 1 + size
  }
  const string = (length: number) => {
    objects++
    words64 += 2 + Math.floor(length / 8)
    words32 += 2 + Math.floor(length / 4)
    at += length
  }
  const back = (distance: number) => {
    if (distance < 1 || distance > before + objects) throw new NotMarshalled('a reference to nowhere', at)
  }
  while (left > 0) {
    left--
    const code = number(1)
    if (code >= 0x80) block((code >> 4) & 7)
    else if (code >= 0x40) continue
    else if (code >= 0x20) string(code & 31)
    else if (code === 0x00) at += 1
    else if (code === 0x01) at += 2
    else if (code === 0x02) at += 4
    else if (code === 0x03) at += 8
    else if (code === 0x04) back(number(1))
    else if (code === 0x05) back(number(2))
    else if (code === 0x06) back(number(4))
    else if (code === 0x08) block(number(4) >>> 10)
    else if (code === 0x09) string(number(1))
    else if (code === 0x0a) string(number(4))
    else if (code === 0x0b || code === 0x0c) {
      objects++
      words64 += 2
      words32 += 3
      at += 8
    } else if (doubleArrays.has(code)) throw new NotMarshalled('an array of doubles', at)
    else throw new NotMarshalled(`code ${code.toString(16)}`, at)
    if (at > bytes.length || left > bytes.length - at) throw new NotMarshalled('the end comes too soon', at)
  }
  return { end: at, objects, words64, words32 }
}

/** A header of its own before data whose measure is known. Throws `NotMarshalled` where they are too large for it. */
export function marshalled(data: Buffer, { objects, words64, words32 }: Omit<Measured, 'end'>): Buffer {
  if (Math.max(data.length, objects, words64) >= 2 ** 31) throw new NotMarshalled('too large', 0)
  const header = Buffer.alloc(20)
  for (const [index, value] of [smallMagic, data.length, objects, words32, words64].entries())
    header.writeUInt32BE(value, 4 * index)
  return Buffer.concat([header, data])
}
