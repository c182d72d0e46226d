import { createHash } from 'node:crypto'
import { dataStart, marshalled, measure, NotMarshalled } from './marshal.ts'
import { withoutAliases } from './names.ts'
import { type Distrust, distrusted } from './trust.ts'
import { type Block, decode, encode, isBlock, type Value } from './values.ts'

/** Segments of a `.vo` (`lib/objFile.ml` of Coq 8.16), by name. */
type Segments = ReadonlyMap<string, Buffer>

const magic = 'Coq!'
/** The names that a `.vo` has; `universes` and `tasks` are empty but in what quick compilation leaves. */
const names = ['library', 'opaques', 'summary', 'tasks', 'universes'] as const
/** `None`, marshalled. */
const none = marshalled(Buffer.from([0x40]), { objects: 0, words64: 0, words32: 0 })

/**
 * A compiled library with nothing in it but what the kernel knows: definitions, theorems, modules, universes. Whatever
 * else requiring it would bring or do is gone (names in scope, notations, options, hints, coercions, plug-ins and any
 * data that the prover would believe unseen), names stand for nothing but themselves
 * (`withoutAliases`), and all counts by which the reader lays out memory are taken anew from the data. What is left is what `coqchk` checks in full. Throws `NotMarshalled`.
 */
export function kernelPart(vo: Uint8Array): Uint8Array {
  return kernelPartRead(vo).part
}

/** The same with what in it nobody but a kernel of known faults vouches for: see `distrusted`. */
export function kernelPartRead(vo: Uint8Array): {
  readonly part: Uint8Array
  readonly distrusted: readonly Distrust[]
} {
  const { version, segments } = segmentsOf(Buffer.from(vo))
  const [library, opaques, summary] = [
    valueIn(segments, 'library'),
    valueIn(segments, 'opaques'),
    valueIn(segments, 'summary'),
  ]
  const parts = library.value
  if (!isBlock(parts) || parts.fields.length !== 2) throw new NotMarshalled('no pair', 0)
  // Two empty lists of objects: no notation, option, hint, plug-in or name comes with the library.
  const stripped: Block = { tag: 0, fields: [parts.fields[0]!, { tag: 0, fields: [0, 0] }] }
  withoutAliases(library.blocks)
  withoutAliases(opaques.blocks)
  const part = written(version, {
    library: marshal(stripped),
    opaques: marshal(opaques.value),
    summary: marshal(summary.value),
    tasks: none,
    universes: none,
  })
  return { part, distrusted: distrusted([...library.blocks, ...opaques.blocks]) }
}

export function valueIn(segments: Segments, name: (typeof names)[number]): ReturnType<typeof decode> {
  const segment = segments.get(name)!
  const start = dataStart(segment)
  measure(segment, start)
  return decode(segment, start)
}

export function marshal(value: Value): Buffer {
  const data = encode(value)
  return marshalled(data, measure(data, 0))
}

/** The segments of a compiled library. Throws `NotMarshalled`. */
export function segmentsOf(bytes: Buffer): { version: number; segments: Segments } {
  const need = (from: number, length: number) => {
    if (!(from >= 0 && length >= 0 && from + length <= bytes.length))
      throw new NotMarshalled('no table of segments', from)
  }
  need(0, 16)
  if (bytes.toString('latin1', 0, 4) !== magic) throw new NotMarshalled('not a compiled library', 0)
  let at = Number(bytes.readBigInt64BE(8))
  need(at, 4)
  const count = bytes.readInt32BE(at)
  at += 4
  const segments = new Map<string, Buffer>()
  for (let index = 0; index < count && index < names.length; index++) {
    need(at, 4)
    const length = bytes.readInt32BE(at)
    need(at + 4, length + 32)
    const name = bytes.toString('latin1', at + 4, at + 4 + length)
    at += 4 + length
    const [start, size] = [Number(bytes.readBigInt64BE(at)), Number(bytes.readBigInt64BE(at + 8))]
    need(start, size)
    segments.set(name, bytes.subarray(start, start + size))
    at += 32
  }
  const missing = names.find((name) => !segments.has(name))
  if (missing !== undefined || count !== names.length)
    throw new NotMarshalled(`segment ${missing ?? count}`, at)
  return { version: bytes.readInt32BE(4), segments }
}

/** A compiled library of the given segments, each with its hash. */
export function written(
  version: number,
  segments: Readonly<Record<(typeof names)[number], Buffer>>,
): Uint8Array {
  const head = Buffer.alloc(16)
  head.write(magic, 'latin1')
  head.writeInt32BE(version, 4)
  let position = head.length
  const body: Buffer[] = []
  const table: Buffer[] = [Buffer.alloc(4)]
  table[0]!.writeInt32BE(names.length)
  for (const name of names) {
    const hash = createHash('md5').update(segments[name]).digest()
    const entry = Buffer.alloc(4 + name.length + 16)
    entry.writeInt32BE(name.length, 0)
    entry.write(name, 4, 'latin1')
    entry.writeBigInt64BE(BigInt(position), 4 + name.length)
    entry.writeBigInt64BE(BigInt(segments[name].length), 12 + name.length)
    table.push(entry, hash)
    // A segment's hash stands behind it too.
    body.push(segments[name], hash)
    position += segments[name].length + hash.length
  }
  head.writeBigInt64BE(BigInt(position), 8)
  return Buffer.concat([head, ...body, ...table])
}
