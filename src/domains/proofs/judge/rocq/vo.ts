import { createHash } from 'node:crypto'
import { dataStart, marshalled, measure, NotMarshalled } from './marshal.ts'

/** Segments of a `.vo` (`lib/objFile.ml` of Coq 8.16), by name. */
type Segments = ReadonlyMap<string, Buffer>

const magic = 'Coq!'
/** The names that a `.vo` has; `universes` and `tasks` are empty but in what quick compilation leaves. */
const names = ['library', 'opaques', 'summary', 'tasks', 'universes'] as const
/** `None`, marshalled. */
const none = marshalled(Buffer.from([0x40]), { objects: 0, words64: 0, words32: 0 })
/** Two empty lists: no notation, option, hint, plug-in or name comes with the library. */
const noObjects = Buffer.from([0xa0, 0x40, 0x40])

/**
 * A compiled library with nothing in it but what the kernel knows: definitions, theorems, modules, universes. Whatever
 * else requiring it would bring or do is gone (names in scope, notations, options, hints, coercions, plug-ins and any
 * data that the prover would believe unseen), and all counts by which the reader lays out memory are taken anew from
 * the data. What is left is what `coqchk` checks in full. Throws `NotMarshalled`.
 */
export function kernelPart(vo: Uint8Array): Uint8Array {
  const { version, segments } = segmentsOf(Buffer.from(vo))
  const library = segments.get('library')!
  const start = dataStart(library)
  // The pair of the kernel's part and the objects.
  if (library[start] !== 0xa0) throw new NotMarshalled('no pair', start)
  const compiled = measure(library, start + 1, 1)
  const data = Buffer.concat([library.subarray(start, compiled.end), noObjects])
  const whole = measure(data, 0)
  return written(version, {
    library: marshalled(data, whole),
    opaques: again(segments.get('opaques')!),
    summary: again(segments.get('summary')!),
    tasks: none,
    universes: none,
  })
}

/** The same value with a header that is known to be right. */
function again(segment: Buffer): Buffer {
  const start = dataStart(segment)
  const measured = measure(segment, start)
  return marshalled(segment.subarray(start, measured.end), measured)
}

function segmentsOf(bytes: Buffer): { version: number; segments: Segments } {
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

function written(version: number, segments: Readonly<Record<(typeof names)[number], Buffer>>): Uint8Array {
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
