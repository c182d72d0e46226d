import { type Entry, fromBuffer, type ZipFile } from 'yauzl'
import { type Left, limits } from '../limits.ts'
import { type Allowance, type Inner, innerPath, Refused, refuseBomb } from './allowance.ts'

/** Files whose names say that a zip archive is a document or a program and no parcel. */
const documents: readonly (readonly [name: RegExp, type: string])[] = [
  [/^AndroidManifest\.xml$/, 'apk'],
  [/^META-INF\/MANIFEST\.MF$/, 'jar'],
  [/^\[Content_Types\]\.xml$/, 'office'],
  [/^mimetype$/, 'opendocument'],
]

/** An archive's list of files. */
export interface ZipListing {
  readonly type: string
  readonly file: ZipFile
  readonly entries: readonly { readonly name: string; readonly entry: Entry }[]
  readonly cut: boolean
}

/** Reads the central directory. Throws where there is none that makes sense. */
export async function zipListing(bytes: Buffer): Promise<ZipListing> {
  const file = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(
      bytes,
      { lazyEntries: true, decodeStrings: false, validateEntrySizes: true },
      (error, opened) => (error ? reject(error) : resolve(opened)),
    ),
  )
  const entries: { name: string; entry: Entry }[] = []
  const cut = await new Promise<boolean>((resolve, reject) => {
    file.on('error', reject)
    file.on('end', () => resolve(false))
    file.on('entry', (entry: Entry) => {
      const raw = entry.fileName as unknown as Buffer
      const name = raw.toString('utf8')
      entries.push({ name: Buffer.from(name).equals(raw) ? name : `${name}\uFFFD`, entry })
      if (entries.length >= limits.archiveEntries) resolve(true)
      else file.readEntry()
    })
    file.readEntry()
  })
  file.removeAllListeners('error')
  file.on('error', () => {})
  const document = documents.find(([pattern]) => entries.some(({ name }) => pattern.test(name)))
  return { type: document?.[1] ?? 'zip', file, entries, cut }
}

/** The files of a zip archive. Throws `Refused` where the whole is not to be opened. */
export async function* filesInZip(
  listing: ZipListing,
  archive: string,
  allowance: Allowance,
  left: Left,
): AsyncGenerator<Inner> {
  refuseOverlaps(listing)
  for (const { name, entry } of listing.entries) {
    if (name.endsWith('/')) continue
    const path = innerPath(name, archive, left)
    if (path === undefined) continue
    // The upper half is the mode, where the archive was made by a Unix.
    const mode = entry.versionMadeBy >>> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0
    const why = refusalOf(entry, mode)
    if (why !== undefined) {
      left.add(`${archive}!/${path}`, why)
      continue
    }
    allowance.take(entry.uncompressedSize)
    try {
      const bytes = await contentOf(listing.file, entry)
      yield { path, bytes, executable: (mode & 0o111) !== 0, setuid: (mode & 0o4000) !== 0 }
    } catch (thrown) {
      left.add(
        `${archive}!/${path}`,
        `it cannot be unpacked (${String((thrown as Error).message).slice(0, 100)})`,
      )
    }
  }
  if (listing.cut) left.add(archive, `only its first ${limits.archiveEntries} entries are looked at`)
}

function refusalOf(entry: Entry, mode: number): string | undefined {
  const type = mode & 0o170000
  if (type !== 0 && type !== 0o100000) return type === 0o120000 ? 'a link' : 'not a file'
  if (entry.isEncrypted()) return 'encrypted'
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    return `packed by method ${entry.compressionMethod}, which is not opened`
  if (entry.uncompressedSize > limits.fileBytes) return `larger than ${limits.fileBytes} bytes`
  try {
    refuseBomb(entry.compressedSize, entry.uncompressedSize)
  } catch (thrown) {
    return (thrown as Error).message
  }
  return undefined
}

/** Files that share their bytes are how a small archive becomes an endless one (D. Fifield, A better zip bomb, 2019). */
function refuseOverlaps({ entries }: ZipListing): void {
  const ranges = entries
    .map(({ entry }) => ({ start: entry.relativeOffsetOfLocalHeader, size: 30 + entry.compressedSize }))
    .sort((a, b) => a.start - b.start)
  let end = 0
  for (const { start, size } of ranges) {
    if (start < end) throw new Refused('its files overlap: a bomb')
    end = start + size
  }
}

function contentOf(file: ZipFile, entry: Entry): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    file.openReadStream(entry, (error, stream) => {
      if (error) return reject(error)
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => resolve(Buffer.concat(parts)))
      stream.on('error', reject)
    }),
  )
}
