import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../core/errors.ts'

/** Bytes of a file that is traced. */
const fileMost = 8 * 1024 ** 2
const filesMost = 20_000

/**
 * The files below a directory whose names end so, by path, sorted; undefined for what is too large to be read. Symbolic
 * links and names that begin with a dot are left out. Throws `UsageError` (`no-directory`, `too-many-files`).
 */
export async function filesOf(
  root: string,
  ending: string,
  isWanted: (path: string) => boolean = () => true,
): Promise<ReadonlyMap<string, string | undefined>> {
  const paths: string[] = []
  const look = async (directory: string): Promise<void> => {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`
      if (!isWanted(path)) continue
      if (entry.isDirectory()) await look(path)
      else if (entry.isFile() && entry.name.endsWith(ending)) paths.push(path)
      if (paths.length > filesMost)
        throw new UsageError(
          'too-many-files',
          `${root} has more than ${filesMost} ${ending} files; trace a part of it`,
        )
    }
  }
  try {
    await look('')
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    throw new UsageError('no-directory', `${root} is not a directory that can be read`, { cause: thrown })
  }
  const files = new Map<string, string | undefined>()
  for (const path of paths.sort()) {
    const { size } = await lstat(join(root, path))
    files.set(path, size > fileMost ? undefined : await readFile(join(root, path), 'utf8'))
  }
  return files
}
