import { lstat, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { syncDirectory } from '../../core/atomic.ts'
import { makeDirectories } from '../../core/directories.ts'
import { InfrastructureError, messageOf, UsageError } from '../../core/errors.ts'
import type { FileSet } from '../../core/files.ts'
import { Fallen } from '../source.ts'
import { forgeFiles } from './layout.ts'

/**
 * Makes the directory of the suite, where that is allowed. Throws `UsageError` (`not-a-forge`: it has other things in it,
 * `out-in-archive`) and `InfrastructureError` (`cannot-write`).
 */
export async function prepareDirectory(directory: string, root: string): Promise<void> {
  const [out, archive] = [await realPathOf(resolve(directory)), await realPathOf(resolve(root))]
  if (isWithin(out, archive) || isWithin(archive, out))
    throw new UsageError(
      'out-in-archive',
      `${directory} and ${root} lie in one another, and what is forged must not become raw material. Name another directory with --out`,
    )
  const names = await namesIn(directory)
  if (names.length > 0 && !names.includes('.forge'))
    throw new UsageError(
      'not-a-forge',
      `${directory} has other things in it ("${names.sort()[0]}"). Name an empty or new directory, or one that was forged before, with --out`,
    )
  await changing(directory, async () => {
    const { own, records, works, writtens, fallens, gone } = forgeFiles(directory)
    // A link in its place would lead what is written out of the directory.
    for (const path of [own, records, works, writtens, fallens, gone]) {
      const there = await lstat(path).catch(() => undefined)
      if (there && !there.isDirectory())
        throw new UsageError('not-a-forge', `${path} is no directory. Name another with --out`)
      await makeDirectories(path)
    }
  })
}

/** The names in a directory; none where there is no such directory. Throws `UsageError` where it is none. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new UsageError(
      'not-a-forge',
      `cannot use ${directory}: ${messageOf(thrown)}. Name another with --out`,
    )
  }
}

/** The real path of what may not be there yet: that of the nearest directory above that is. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    return dirname(path) === path ? path : join(await realPathOf(dirname(path)), basename(path))
  }
}

const isWithin = (inner: string, outer: string) =>
  inner === outer || inner.startsWith(`${outer.replace(/\/$/, '')}/`)

/** What stops one item only: its names do not fit here. Everything else is the disk's. */
const namesDoNotFit = new Set(['ENAMETOOLONG', 'ENOTDIR', 'EISDIR', 'EEXIST', 'EILSEQ', 'EINVAL'])

/**
 * Writes files into a new directory. Throws `Fallen` (`cannot-be-stored`) for names that do not fit, and
 * `InfrastructureError` (`cannot-write`).
 */
export async function putFiles(directory: string, files: FileSet): Promise<void> {
  await changing(directory, async () => {
    await removeTree(directory)
    await makeDirectories(directory)
    const made = new Set<string>()
    for (const [path, content] of files) {
      const at = join(directory, path)
      try {
        if (!made.has(dirname(at))) await makeDirectories(dirname(at))
        made.add(dirname(at))
        const file = await open(at, 'wx')
        try {
          await file.writeFile(content)
        } finally {
          await file.close()
        }
      } catch (thrown) {
        const { code = '' } = thrown as NodeJS.ErrnoException
        if (!namesDoNotFit.has(code)) throw thrown
        throw new Fallen('cannot-be-stored', `${path.slice(0, 200)} cannot be stored: ${code}`, {
          cause: thrown,
        })
      }
    }
  })
}

/** Makes sure that all below a directory survives a power cut. Throws `InfrastructureError` (`cannot-write`). */
export async function syncTree(directory: string): Promise<void> {
  await changing(directory, async () => {
    for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name)
      if (entry.isDirectory()) await syncDirectory(path)
      else {
        const file = await open(path, 'r')
        await file.sync().finally(() => file.close())
      }
    }
    await syncDirectory(directory)
  })
}

/** Moves a directory to where nothing may be. Throws `InfrastructureError` (`cannot-write`). */
export async function moveTree(from: string, to: string): Promise<void> {
  await changing(to, async () => {
    await rename(from, to)
    await syncDirectory(dirname(to))
  })
}

/** Takes a directory away in one move, so that nobody ever sees half of it. */
export async function takeAway(directory: string, path: string): Promise<void> {
  if (!(await isThere(path))) return
  const gone = join(forgeFiles(directory).gone, basename(path))
  await changing(path, async () => {
    await removeTree(gone)
    await rename(path, gone)
    await syncDirectory(dirname(path))
    await removeTree(gone)
  })
}

export const removeTree = (path: string) => rm(path, { recursive: true, force: true })

export async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function changing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof UsageError || thrown instanceof Fallen || thrown instanceof InfrastructureError)
      throw thrown
    const message = `cannot write ${path}: ${messageOf(thrown)}. Make room or the directory writable, and try again`
    throw new InfrastructureError('cannot-write', message, { cause: thrown, retryable: false })
  }
}
