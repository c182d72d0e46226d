import { NotMarshalled } from './marshal.ts'

/** A value of OCaml's in memory, as a graph: what is shared in the data is shared here. */
export type Value = number | bigint | Block | Text
export interface Block {
  tag: number
  fields: Value[]
}
/** A string, or a double, by its bytes as they are marshalled, code and length included. */
export interface Text {
  readonly raw: Buffer
}

export const isBlock = (value: Value | undefined): value is Block =>
  typeof value === 'object' && 'fields' in value
export const isText = (value: Value | undefined): value is Text => typeof value === 'object' && 'raw' in value

/**
 * Builds the one value that begins at `start` and lists its blocks. The data must have been measured before, so that every reference is known to point back.
 */
export function decode(
  bytes: Buffer,
  start: number,
): { readonly value: Value; readonly blocks: readonly Block[] } {
  const objects: (Block | Text)[] = []
  const blocks: Block[] = []
  const holder: Block = { tag: 0, fields: [] }
  // What is still to be read: blocks that want more fields, the innermost last.
  const open: { readonly block: Block; left: number }[] = [{ block: holder, left: 1 }]
  let at = start
  const block = (tag: number, size: number): Block => {
    const made: Block = { tag, fields: [] }
    if (size === 0) return made
    objects.push(made)
    blocks.push(made)
    open.push({ block: made, left: size })
    return made
  }
  const text = (head: number, length: number): Text => {
    const made = { raw: bytes.subarray(at, at + head + length) }
    objects.push(made)
    at += head + length
    return made
  }
  const back = (size: number): Value => {
    const distance = bytes.readUIntBE(at + 1, size)
    at += 1 + size
    const found = objects[objects.length - distance]
    if (found === undefined) throw new NotMarshalled('a reference to nowhere', at)
    return found
  }
  const integer = (size: number): Value => {
    const read = size === 8 ? bytes.readBigInt64BE(at + 1) : bytes.readIntBE(at + 1, size)
    at += 1 + size
    return read
  }
  const read = (): Value => {
    const code = bytes[at]!
    if (code >= 0x80) {
      at++
      return block(code & 15, (code >> 4) & 7)
    }
    if (code >= 0x40) {
      at++
      return code & 63
    }
    if (code >= 0x20) return text(1, code & 31)
    if (code <= 0x03) return integer(2 ** code)
    if (code <= 0x06) return back(2 ** (code - 4))
    if (code === 0x08) {
      const head = bytes.readUInt32BE(at + 1)
      at += 5
      return block(head & 255, head >>> 10)
    }
    if (code === 0x09) return text(2, bytes[at + 1]!)
    if (code === 0x0a) return text(5, bytes.readUInt32BE(at + 1))
    if (code === 0x0b || code === 0x0c) return text(1, 8)
    throw new NotMarshalled(`code ${code.toString(16)}`, at)
  }
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    if (last.left === 0) {
      open.pop()
      continue
    }
    last.left--
    last.block.fields.push(read())
  }
  return { value: holder.fields[0]!, blocks }
}

/** The data of a value, without a header. */
export function encode(value: Value): Buffer {
  const parts: Buffer[] = []
  const numbers = new Map<Block | Text, number>()
  const todo: Value[] = [value]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next !== 'object') {
      parts.push(integerOf(next))
      continue
    }
    const before = numbers.get(next)
    if (before !== undefined) {
      parts.push(coded(0x04, numbers.size - before))
      continue
    }
    if (isText(next)) {
      numbers.set(next, numbers.size)
      parts.push(next.raw)
      continue
    }
    const { tag, fields } = next
    if (fields.length > 0) numbers.set(next, numbers.size)
    parts.push(headOf(tag, fields.length))
    for (let index = fields.length - 1; index >= 0; index--) todo.push(fields[index]!)
  }
  return Buffer.concat(parts)
}

function headOf(tag: number, size: number): Buffer {
  if (tag < 16 && size < 8) return Buffer.from([0x80 | (size << 4) | tag])
  const head = Buffer.alloc(5, 0x08)
  head.writeUInt32BE(((size << 10) | tag) >>> 0, 1)
  return head
}

function integerOf(value: number | bigint): Buffer {
  if (typeof value === 'bigint') {
    const wide = Buffer.alloc(9, 0x03)
    wide.writeBigInt64BE(value, 1)
    return wide
  }
  if (value >= 0 && value < 64) return Buffer.from([0x40 | value])
  const size = value >= -128 && value < 128 ? 1 : value >= -32768 && value < 32768 ? 2 : 4
  const narrow = Buffer.alloc(1 + size, size >> 1)
  narrow.writeIntBE(value, 1, size)
  return narrow
}

/** A distance back, by the narrowest of three codes. */
function coded(code: number, distance: number): Buffer {
  const step = distance < 256 ? 0 : distance < 65536 ? 1 : 2
  const bytes = Buffer.alloc(1 + 2 ** step, code + step)
  bytes.writeUIntBE(distance, 1, 2 ** step)
  return bytes
}
