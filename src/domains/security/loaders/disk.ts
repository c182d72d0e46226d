import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { messageOf } from '../../../core/errors.ts'
import { isPath } from '../../../core/files.ts'

/** What is asked for is not there, or not as it has to be. The message says why, without the path. */
export class Unreadable extends Error {}

/** How many entries of one tree are looked at. */
const maxEntries = 20_000

/**
 * A path that a benchmark's file names, as one inside its directory: `./a//b` is `a/b`. Throws `Unreadable` where it
 * leaves the directory.
 */
export function insidePath(said: string): string {
  const path = said
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
  if (said.startsWith('/') || (path !== '' && !isPath(path)))
    throw new Unreadable('its path leaves the directory')
  return path
}

/** What stands at a path below a root. No part of the path may be a link. Throws `Unreadable`. */
export async function statInside(root: string, path: string): Promise<Stats> {
  let at = root
  let stat = await statOf(at)
  for (const part of path === '' ? [] : path.split('/')) {
    if (!stat.isDirectory()) throw new Unreadable('it is not there')
    at = join(at, part)
    stat = await statOf(at)
    if (stat.isSymbolicLink()) throw new Unreadable('it is a link, and links are not followed')
  }
  return stat
}

/** The bytes of a regular file below a root. Throws `Unreadable` where there is none or it is larger than `maxBytes`. */
export async function readInside(root: string, path: string, maxBytes: number): Promise<Buffer> {
  const stat = await statInside(root, path)
  if (!stat.isFile()) throw new Unreadable('it is not a regular file')
  if (stat.size > maxBytes) throw new Unreadable(`it is larger than ${maxBytes} bytes`)
  try {
    // Whatever it has become since: no link is followed, and no pipe waited for.
    await using file = await open(
      join(root, path),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    if (!(await file.stat()).isFile()) throw new Unreadable('it is not a regular file')
    const buffer = Buffer.alloc(stat.size)
    const { bytesRead } = await file.read(buffer, 0, stat.size, 0)
    return buffer.subarray(0, bytesRead)
  } catch (thrown) {
    throw new Unreadable(`it cannot be read: ${messageOf(thrown)}`)
  }
}

/**
 * Where a path below a root leads, its links followed as long as they stay below the root: challenges have links from
 * what they hand out to what they are made from. Throws `Unreadable`.
 */
async function linked(root: string, path: string): Promise<string> {
  let target: string
  try {
    target = relative(await realpath(root), await realpath(join(root, path)))
  } catch {
    throw new Unreadable('it is not there')
  }
  if (target !== '' && !isPath(target)) throw new Unreadable('it is a link that leaves the directory')
  return target
}

/** As `statInside`, with links followed that stay below the root. */
export async function statLinked(root: string, path: string): Promise<Stats> {
  return statInside(root, await linked(root, path))
}

/** As `readInside`, with links followed that stay below the root. */
export async function readLinked(root: string, path: string, maxBytes: number): Promise<Buffer> {
  return readInside(root, await linked(root, path), maxBytes)
}

/** The text of a file, or undefined where there is none that can be read. Invalid UTF-8 becomes U+FFFD. */
export async function textInside(
  root: string,
  path: string,
  maxBytes = 1024 ** 2,
): Promise<string | undefined> {
  try {
    return (await readInside(root, path, maxBytes)).toString('utf8').replace(/^\uFEFF/, '')
  } catch (thrown) {
    if (thrown instanceof Unreadable) return undefined
    throw thrown
  }
}

/** A JSON file's value. Throws `Unreadable`. */
export async function jsonInside(root: string, path: string, maxBytes = 16 * 1024 ** 2): Promise<unknown> {
  const text = (await readInside(root, path, maxBytes)).toString('utf8').replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new Unreadable(`it is not JSON: ${messageOf(thrown).split('\n')[0]}`)
  }
}

/** The names in a directory, sorted; empty where there is no such directory. Names that are not UTF-8 are left out. */
export async function namesIn(directory: string): Promise<{ name: string; directory: boolean }[]> {
  const entries = await readdir(directory, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])
  return entries
    .filter(({ name }) => isUtf8(name) && isPath(name.toString()))
    .map((entry) => ({ name: entry.name.toString(), directory: entry.isDirectory() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** What is in a tree. */
export interface Tree {
  /** Regular files by their path in it, with their sizes in bytes. */
  readonly files: ReadonlyMap<string, number>
  /** What was left out, and why, in words. */
  readonly left: readonly string[]
}

/** Walks a tree without following links. `skip` is asked with the path of everything in it. */
export async function treeOf(root: string, skip: (path: string) => boolean = () => false): Promise<Tree> {
  const files = new Map<string, number>()
  const left: string[] = []
  let seen = 0
  const visit = async (inside: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, inside), { withFileTypes: true, encoding: 'buffer' }).catch(
      () => [],
    )
    for (const entry of entries.sort((a, b) => Buffer.compare(a.name, b.name))) {
      const name = entry.name.toString()
      const path = inside === '' ? name : `${inside}/${name}`
      if (!isUtf8(entry.name)) left.push(`${JSON.stringify(path)}: its name is not UTF-8`)
      else if (!isPath(path)) left.push(`${JSON.stringify(path)}: its name cannot be used`)
      else if (skip(path)) continue
      else if (++seen > maxEntries) return
      else if (entry.isDirectory()) {
        if (depth < 30) await visit(path, depth + 1)
        else left.push(`${path}: too deep`)
      } else if (entry.isFile()) files.set(path, (await statOf(join(root, path))).size)
      else left.push(`${path}: ${entry.isSymbolicLink() ? 'a link' : 'not a regular file'}`)
    }
  }
  await visit('', 0)
  if (seen > maxEntries) left.push(`everything after ${maxEntries} entries`)
  return { files, left }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await lstat(path)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    throw new Unreadable(code === 'ENOENT' || code === 'ENOTDIR' ? 'it is not there' : messageOf(thrown))
  }
}

function isUtf8(name: Buffer): boolean {
  return Buffer.from(name.toString('utf8'), 'utf8').equals(name)
}
