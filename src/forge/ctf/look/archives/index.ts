import { type Left, limits, OutOfTime } from '../limits.ts'
import { headBytes, typeOf } from '../magic.ts'
import { type Allowance, type Inner, Refused } from './allowance.ts'
import { streamTypes, unpacked } from './streams.ts'
import { filesInTar } from './tar.ts'
import { filesInZip, type ZipListing, zipListing } from './zip.ts'

export { Allowance, type Inner } from './allowance.ts'

/** Archives that nothing here opens. */
const closed = new Set(['7z', 'rar', 'cab', 'squashfs'])

/** An archive that can be opened, or what else a file of that type is. */
export interface Parcel {
  /** `zip` may turn out to be a `jar` or an `office` document, which are left as they are. */
  readonly type: string
  files(allowance: Allowance, left: Left): AsyncGenerator<Inner>
}

/** Finds out whether something is an archive to be opened; undefined where not. `path` is its own. */
export async function parcelOf(
  type: string,
  path: string,
  bytes: Buffer,
  left: Left,
): Promise<Parcel | undefined> {
  if (closed.has(type)) left.add(path, `a ${type} archive, which is not opened`)
  if (type === 'zip') {
    const listing = await zipListing(bytes).catch((error: Error) => {
      left.add(path, `a broken zip archive (${error.message.slice(0, 100)})`)
      return undefined
    })
    return (
      listing && {
        type: listing.type,
        files: (...means) => guarded(path, zip(listing, path, ...means), means[1]),
      }
    )
  }
  if (type === 'tar')
    return {
      type,
      files: (allowance, left) => guarded(path, filesInTar(whole(bytes, allowance), path, left), left),
    }
  if (streamTypes.has(type))
    return {
      type,
      files: (allowance, left) => guarded(path, stream(type, path, bytes, allowance, left), left),
    }
  return undefined
}

async function* zip(
  listing: ZipListing,
  path: string,
  allowance: Allowance,
  left: Left,
): AsyncGenerator<Inner> {
  if (listing.type === 'zip') yield* filesInZip(listing, path, allowance, left)
}

/** What goes wrong in an archive ends only that archive; no time left ends all. */
async function* guarded(path: string, files: AsyncGenerator<Inner>, left: Left): AsyncGenerator<Inner> {
  const next = async () => {
    try {
      return await files.next()
    } catch (thrown) {
      if (thrown instanceof OutOfTime) throw thrown
      const message = thrown instanceof Error ? thrown.message : String(thrown)
      left.add(path, thrown instanceof Refused ? message : `it is broken (${message.slice(0, 100)})`)
      return undefined
    }
  }
  try {
    for (let step = await next(); step && !step.done; step = await next()) yield step.value
  } finally {
    await files.return(undefined).catch(() => {})
  }
}

/** A packed tar archive, or one packed file, which is called what it would be after unpacking. */
async function* stream(
  type: string,
  path: string,
  bytes: Buffer,
  allowance: Allowance,
  left: Left,
): AsyncGenerator<Inner> {
  const parts = unpacked(type, bytes, allowance)
  const start: Buffer[] = []
  let size = 0
  while (size < headBytes) {
    const step = await parts.next()
    if (step.done) break
    start.push(step.value)
    size += step.value.length
  }
  if (typeOf(Buffer.concat(start).subarray(0, headBytes)) === 'tar') {
    yield* filesInTar(chained(start, parts), path, left)
    return
  }
  const content: Buffer[] = [...start]
  for await (const part of parts) {
    size += part.length
    if (size > limits.fileBytes) throw new Refused(`larger than ${limits.fileBytes} bytes unpacked`)
    content.push(part)
  }
  const name = (path.split(/!\/|\//).at(-1) ?? path).replace(/\.(gz|bz2|xz|zst)$/i, '')
  yield {
    path: name === '' ? 'content' : name,
    bytes: Buffer.concat(content),
    executable: false,
    setuid: false,
  }
}

async function* chained(start: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* start
  yield* rest
}

async function* whole(bytes: Buffer, allowance: Allowance): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1024 ** 2) {
    const part = bytes.subarray(at, at + 1024 ** 2)
    allowance.take(part.length)
    yield part
  }
}
