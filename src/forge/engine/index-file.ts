import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomically } from '../../core/atomic.ts'
import { InfrastructureError, messageOf } from '../../core/errors.ts'
import type { ForgeSource } from '../source.ts'

/**
 * Writes the list of the suite's tasks that the source has for other projects, of what is in the suite now. Throws
 * `InfrastructureError` (`cannot-read`, `cannot-write`).
 */
export async function writeIndex<P>(directory: string, { index }: ForgeSource<P>): Promise<void> {
  if (!index) return
  const entries = await readdir(directory, { withFileTypes: true })
  const ids = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
  const tasks: [string, Uint8Array][] = []
  for (const id of ids) {
    try {
      tasks.push([id, await readFile(join(directory, id, index.from))])
    } catch (thrown) {
      // A task that somebody put there by hand need not have it.
      if (!['ENOENT', 'EISDIR', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? ''))
        throw new InfrastructureError(
          'cannot-read',
          `cannot list ${id}: ${messageOf(thrown)}. Make it readable, and type the same command`,
          { cause: thrown, retryable: false },
        )
    }
  }
  await writeAtomically(join(directory, index.file), index.of(tasks))
}
