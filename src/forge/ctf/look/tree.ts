import { closeSync, constants, fstatSync, lstatSync, opendirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { isPath } from '../../../core/files.ts'
import { isPlain, type Left, limits } from './limits.ts'

/** A regular file of a challenge. */
export interface Found {
  readonly path: string
  readonly bytes: number
  readonly mode: number
}

/**
 * The regular files of a challenge by their paths, sorted. Links are not followed; they, pipes, devices and names that
 * cannot be used are told in `left`. Throws where the challenge's own directory cannot be read.
 */
export function filesOf(root: string, left: Left): Found[] {
  const files: Found[] = []
  let seen = 0
  const visit = (inside: string, depth: number): void => {
    for (const { name, raw } of namesOf(join(root, inside), inside, left)) {
      const path = inside === '' ? name : `${inside}/${name}`
      if (++seen > limits.entries) return
      if (!raw.equals(Buffer.from(name))) left.add(path, 'its name is not UTF-8')
      else if (!isPath(path) || !isPlain(name)) left.add(path, 'its name cannot be used')
      else place(path, depth)
    }
  }
  const place = (path: string, depth: number): void => {
    const stat = attempt(() => lstatSync(join(root, path)))
    if (!stat) left.add(path, 'it cannot be seen')
    else if (stat.isDirectory() && depth >= limits.depth)
      left.add(path, `deeper than ${limits.depth} directories`)
    else if (stat.isDirectory()) visit(path, depth + 1)
    else if (stat.isFile()) files.push({ path, bytes: stat.size, mode: stat.mode })
    else
      left.add(
        path,
        stat.isSymbolicLink() ? 'a link, which is not followed' : 'neither a file nor a directory',
      )
  }
  visit('', 0)
  if (seen > limits.entries) left.add('everything else', `only ${limits.entries} entries are looked at`)
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function namesOf(directory: string, inside: string, left: Left): { name: string; raw: Buffer }[] {
  const names: { name: string; raw: Buffer }[] = []
  try {
    const open = opendirSync(directory, { encoding: 'buffer' as BufferEncoding })
    try {
      for (let entry = open.readSync(); entry && names.length <= limits.entries; entry = open.readSync()) {
        const raw = entry.name as unknown as Buffer
        names.push({ name: raw.toString('utf8'), raw })
      }
    } finally {
      open.closeSync()
    }
  } catch (thrown) {
    // Nothing at all can be said of a challenge whose own directory is closed, or has a name that leads nowhere.
    if (inside === '') throw new Error(`its directory cannot be read (${codeOf(thrown)})`, { cause: thrown })
    left.add(inside, `it cannot be read (${codeOf(thrown)})`)
  }
  return names.sort((a, b) => Buffer.compare(a.raw, b.raw))
}

/**
 * The first `most` bytes of a regular file. It may have become something else since it was found: what is no file is not
 * waited for. Throws.
 */
export function readFirst(path: string, most: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new Error('it is not a file')
    const buffer = Buffer.allocUnsafe(Math.min(stat.size, most))
    let at = 0
    while (at < buffer.length) {
      const read = readSync(file, buffer, at, buffer.length - at, at)
      if (read === 0) break
      at += read
    }
    return buffer.subarray(0, at)
  } finally {
    closeSync(file)
  }
}

/** Bytes of a file in pieces, so that none of it is kept. Throws. */
export function* chunksOf(path: string): Iterable<Buffer> {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is not a file')
    const buffer = Buffer.allocUnsafe(1024 ** 2)
    for (let at = 0; ; ) {
      const read = readSync(file, buffer, 0, buffer.length, at)
      if (read === 0) return
      at += read
      yield buffer.subarray(0, read)
    }
  } finally {
    closeSync(file)
  }
}

export function codeOf(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException
  return code === 'EACCES' ? 'only its owner may' : (code ?? String(message).slice(0, 100))
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
