import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InfrastructureError, messageOf } from './errors.ts'

/**
 * Replaces a file so that after a crash or a power cut either the old or the new content is there, whole.
 * Makes the directories above it. Throws `InfrastructureError` (`cannot-write`).
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    await syncDirectory(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    const message = `cannot write ${path}: ${messageOf(thrown)}. Make room or the directory writable, and try again`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  }
}

/** Makes the names in a directory durable, as far as the file system can. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
