import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress, createZstdDecompress } from 'node:zlib'
import { syncDirectory } from '../../core/atomic.ts'

/**
 * Replaces a closed journal by `<path>.zst`. Whatever kills it, a complete file is left: the compressed one gets
 * its name only when it is on disk, and the plain one goes only after that.
 */
export async function compressJournal(path: string): Promise<void> {
  const temporary = `${path}.zst.tmp`
  await pipeline(createReadStream(path), createZstdCompress(), createWriteStream(temporary, { flush: true }))
  await rename(temporary, `${path}.zst`)
  await syncDirectory(dirname(path))
  await rm(path)
}

/**
 * Ends a compression that was cut off: where both files exist, the plain one goes if the other holds all of it.
 * The unfinished file of an earlier try is removed.
 */
export async function settleCompression(path: string): Promise<void> {
  await rm(`${path}.zst.tmp`, { force: true })
  const plain = await sizeOf(path)
  if (plain === undefined || (await sizeOf(`${path}.zst`)) === undefined) return
  const held = await unpackedSize(`${path}.zst`)
  await rm(held === plain ? path : `${path}.zst`)
}

const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    () => undefined,
  )

/** Undefined where it does not unpack. */
async function unpackedSize(path: string): Promise<number | undefined> {
  let size = 0
  try {
    await pipeline(createReadStream(path), createZstdDecompress(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) size += chunk.length
    })
    return size
  } catch {
    return undefined
  }
}
