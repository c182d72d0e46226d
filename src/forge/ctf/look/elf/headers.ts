import { attempt, Broken, Bytes } from './bytes.ts'

/** The tables of an ELF file (System V ABI, chapters 4 and 5; elf(5)). */
export interface Headers {
  readonly bytes: Bytes
  readonly type: number
  readonly machine: number
  readonly segments: readonly Segment[]
  readonly sections: readonly Section[]
}

export interface Segment {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly address: number
  readonly size: number
}

export interface Section {
  readonly name: string
  readonly type: number
  readonly offset: number
  readonly size: number
  /** The section that this one's names are in. */
  readonly link: number
}

/** A lying header may say 65,535; real files have dozens. */
const mostHeaders = 4096

/** Reads the headers; tables that are broken count as empty. Undefined where it is no ELF file at all. */
export function headersOf(buffer: Buffer): Headers | undefined {
  if (buffer.length < 52 || buffer.readUInt32BE(0) !== 0x7f454c46) return undefined
  const [size, order] = [buffer[4], buffer[5]]
  if ((size !== 1 && size !== 2) || (order !== 1 && order !== 2)) return undefined
  const bytes = new Bytes(buffer, order === 1, size === 2)
  return attempt(() => {
    const [type, machine] = [bytes.u16(16), bytes.u16(18)]
    return { bytes, type, machine, segments: segmentsOf(bytes), sections: sectionsOf(bytes) }
  }, undefined)
}

function segmentsOf(bytes: Bytes): Segment[] {
  const { wide } = bytes
  return attempt(() => {
    const at = bytes.word(wide ? 32 : 28)
    const size = bytes.u16(wide ? 54 : 42)
    const count = bytes.u16(wide ? 56 : 44)
    if (size < (wide ? 56 : 32)) throw new Broken('segment headers too small')
    return rows(at, size, count, (row) => ({
      type: bytes.u32(row),
      flags: bytes.u32(row + (wide ? 4 : 24)),
      offset: bytes.word(row + (wide ? 8 : 4)),
      address: bytes.word(row + (wide ? 16 : 8)),
      size: bytes.word(row + (wide ? 32 : 16)),
    }))
  }, [])
}

function sectionsOf(bytes: Bytes): Section[] {
  const { wide } = bytes
  return attempt(() => {
    const at = bytes.word(wide ? 40 : 32)
    const size = bytes.u16(wide ? 58 : 46)
    const count = bytes.u16(wide ? 60 : 48)
    const namesIndex = bytes.u16(wide ? 62 : 50)
    if (at === 0 || size < (wide ? 64 : 40)) return []
    const raw = rows(at, size, count, (row) => ({
      nameAt: bytes.u32(row),
      type: bytes.u32(row + 4),
      offset: bytes.word(row + (wide ? 24 : 16)),
      size: bytes.word(row + (wide ? 32 : 20)),
      link: bytes.u32(row + (wide ? 40 : 24)),
    }))
    const names = raw[namesIndex]
    return raw.map(({ nameAt, ...section }) => ({
      ...section,
      name: names ? attempt(() => bytes.text(names.offset + nameAt), '') : '',
    }))
  }, [])
}

/** As many rows of a table as are there. */
function rows<T>(at: number, size: number, count: number, read: (row: number) => T): T[] {
  const all: T[] = []
  for (let index = 0; index < Math.min(count, mostHeaders); index++) {
    const row = attempt(() => read(at + index * size), undefined)
    if (row === undefined) break
    all.push(row)
  }
  return all
}
