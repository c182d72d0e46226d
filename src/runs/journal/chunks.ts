import { close, constants, open, read } from 'node:fs'
import { promisify } from 'node:util'

const openFile = promisify(open)
const closeFile = promisify(close)
const chunkBytes = 256 * 1024

/**
 * The bytes of a file, a chunk at a time. Most journals are one chunk, and a run has very many: this takes a quarter
 * of the time of a stream for each. A chunk may be kept; it is not written to again.
 */
export async function* chunksOf(path: string): AsyncGenerator<Uint8Array> {
  // A link or a pipe put in a journal's place is neither followed nor waited for.
  const fd = await openFile(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    // Small at first: a buffer as large as the largest journal for each of a hundred thousand small ones adds up.
    for (let size = 16 * 1024; ; size = chunkBytes) {
      const buffer = Buffer.allocUnsafe(size)
      const count = await new Promise<number>((resolve, reject) => {
        read(fd, buffer, 0, size, null, (error, bytes) => (error ? reject(error) : resolve(bytes)))
      })
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    await closeFile(fd)
  }
}
