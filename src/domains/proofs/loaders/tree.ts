import { constants } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UsageError } from '../../../core/errors.ts'
import { isPath } from '../../../core/files.ts'

/** Files of one benchmark. */
const mostFiles = 20_000
const mostDepth = 40
/** Bytes of one file. */
export const fileBytes = 8 * 1024 ** 2

/** What is not read, and why. */
export interface Left {
  readonly path: string
  readonly kind: 'link' | 'bad-name' | 'too-large' | 'unreadable'
  readonly why: string
}

/** Files of a tree by path, sorted; hidden directories are not entered, and links are not followed. */
export interface Tree {
  readonly paths: readonly string[]
  readonly left: readonly Left[]
}

/** Walks a directory. Throws `UsageError` (`no-suite`, `too-many-files`). */
export async function treeOf(root: string, endings: readonly string[]): Promise<Tree> {
  const paths: string[] = []
  const left: Left[] = []
  const leave = (path: string, kind: Left['kind'], why: string) =>
    left.push({ path: JSON.stringify(path), kind, why })
  const visit = async (inside: string, depth: number): Promise<void> => {
    let entries: Awaited<ReturnType<typeof listing>>
    try {
      entries = await listing(join(root, inside))
    } catch (thrown) {
      const why = messageOf(thrown)
      if (inside === '') throw new UsageError('no-suite', `${root} cannot be read: ${why}`, { cause: thrown })
      leave(inside, 'unreadable', why)
      return
    }
    for (const { name, text, entry } of entries) {
      if (text.startsWith('.')) continue
      const path = inside === '' ? text : `${inside}/${text}`
      const wanted = endings.some((ending) => text.endsWith(ending))
      if (!wanted && !entry.isDirectory()) continue
      if (!Buffer.from(text).equals(name) || !isPath(path)) leave(path, 'bad-name', 'its name cannot be used')
      else if (entry.isDirectory()) {
        if (depth < mostDepth) await visit(path, depth + 1)
        else leave(path, 'unreadable', 'it is too deep')
      } else if (!entry.isFile())
        leave(path, entry.isSymbolicLink() ? 'link' : 'unreadable', 'it is no regular file')
      else if ((await lstat(join(root, path))).size > fileBytes)
        leave(path, 'too-large', `it has more than ${fileBytes / 1024 ** 2} MiB`)
      else paths.push(path)
      if (paths.length > mostFiles)
        throw new UsageError(
          'too-many-files',
          `${root} has more than ${mostFiles} such files; give a part of it`,
        )
    }
  }
  await visit('', 0)
  return { paths, left }
}

async function listing(directory: string) {
  const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' })
  return entries
    .map((entry) => ({ name: entry.name, text: entry.name.toString(), entry }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
}

/** A file's text, without a byte order mark; what is not UTF-8 becomes U+FFFD. Throws `UsageError` (`broken-task`). */
export async function readText(root: string, path: string): Promise<string> {
  try {
    // Whatever it has become since it was listed: no link is followed, and no pipe waited for.
    await using file = await open(
      join(root, path),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > fileBytes) throw new Error('it is no regular file, or too large')
    return (await file.readFile()).toString('utf8').replace(/^\uFEFF/, '')
  } catch (thrown) {
    throw new UsageError('broken-task', `${join(root, path)} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}
