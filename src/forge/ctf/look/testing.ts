import { crc32, deflateRawSync } from 'node:zlib'

/** A file of a zip archive that is made for a test, with whatever lies its headers are to tell. */
export interface ZipFile {
  readonly name: string | Buffer
  readonly content: Buffer
  /** Unix mode with the file's type. */
  readonly mode?: number
  readonly flags?: number
  readonly method?: number
  /** Where the central directory says its own header is. */
  readonly offset?: number
}

/** A zip archive (PKWARE APPNOTE 6.3). */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, content, mode = 0o100644, flags = 0, method = 8, offset } of files) {
    const bytes = Buffer.isBuffer(name) ? name : Buffer.from(name)
    const packed = method === 8 ? deflateRawSync(content) : content
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(bytes.length, 22)
    const header = Buffer.concat([Buffer.from('504b0304', 'hex'), common, bytes])
    const entry = Buffer.alloc(46)
    entry.writeUInt32BE(0x504b0102, 0)
    entry.writeUInt16LE((3 << 8) | 20, 4)
    common.copy(entry, 6, 0, 24)
    entry.writeUInt32LE((mode << 16) >>> 0, 38)
    entry.writeUInt32LE(offset ?? at, 42)
    directory.push(entry, bytes)
    parts.push(header, packed)
    at += header.length + packed.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32BE(0x504b0506, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, central, end])
}
