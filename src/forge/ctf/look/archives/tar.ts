import { Readable } from 'node:stream'
import { extract } from 'tar-stream'
import { type Left, limits } from '../limits.ts'
import { type Inner, innerPath } from './allowance.ts'

/** The files of a tar archive that comes in parts. Throws where it is broken, after what came before. */
export async function* filesInTar(
  parts: AsyncIterable<Buffer>,
  archive: string,
  left: Left,
): AsyncGenerator<Inner> {
  const reader = extract()
  const source = Readable.from(parts)
  source.on('error', (error) => reader.destroy(error))
  source.pipe(reader)
  let entries = 0
  try {
    for await (const entry of reader) {
      const { name, type = 'file', size = 0, mode = 0 } = entry.header
      if (++entries > limits.archiveEntries) {
        left.add(archive, `only its first ${limits.archiveEntries} entries are looked at`)
        return
      }
      const path = type === 'directory' ? undefined : innerPath(name, archive, left)
      const why = isFile(type)
        ? size > limits.fileBytes
          ? `larger than ${limits.fileBytes} bytes`
          : undefined
        : /link/.test(type)
          ? 'a link'
          : 'not a file'
      if (path !== undefined && why !== undefined) left.add(`${archive}!/${path}`, why)
      if (path === undefined || why !== undefined) {
        entry.resume()
        continue
      }
      const content: Buffer[] = []
      for await (const part of entry) content.push(part as Buffer)
      yield {
        path,
        bytes: Buffer.concat(content),
        executable: (mode & 0o111) !== 0,
        setuid: (mode & 0o4000) !== 0,
      }
    }
  } finally {
    source.destroy()
    reader.destroy()
  }
}

function isFile(type: string): boolean {
  return type === 'file' || type === 'contiguous-file'
}
