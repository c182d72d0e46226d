import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { InfrastructureError, LimitReached, messageOf, UsageError } from '../core/errors.ts'
import { checkPath, type FileSet } from '../core/files.ts'
import type { Identity } from './identity.ts'
import { mountsBelow } from './mounts.ts'

/**
 * Files in and out of a work directory that hostile code writes to at the same time. Every directory on the way is
 * opened by itself, without following links, and the next name is looked up in the open directory (through
 * `/proc/self/fd`, since Node has no openat): nothing that is swapped in meanwhile leads out.
 */
const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

const within = (descriptor: number, name: string) => `/proc/self/fd/${descriptor}/${name}`
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? ''

/** Opens the file's directory below `root`, does something in it, and closes all. */
function inDirectoryOf<T>(
  root: string,
  path: string,
  enter: (parent: number, name: string) => number,
  act: (directory: number, name: string) => T,
): T {
  const parts = checkPath(path).split('/')
  const name = parts.pop() ?? ''
  let current = openSync(root, directoryFlags)
  try {
    for (const part of parts) {
      const next = enter(current, part)
      closeSync(current)
      current = next
    }
    return act(current, name)
  } finally {
    closeSync(current)
  }
}

/**
 * Writes the files, making directories as needed. What stands at a file's place is replaced, not followed or written
 * into. Throws `UsageError` for a path through a link or a file, `LimitReached` ('disk') where the directory is full.
 */
export function writeFiles(root: string, files: FileSet, owner: Identity): void {
  for (const [path, content] of files) {
    try {
      inDirectoryOf(
        root,
        path,
        (parent, name) => enterOrMake(parent, name, owner),
        (directory, name) => replace(directory, name, content, owner),
      )
    } catch (error) {
      throw writeError(path, error)
    }
  }
}

function enterOrMake(parent: number, name: string, owner: Identity): number {
  try {
    return openSync(within(parent, name), directoryFlags)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  mkdirSync(within(parent, name), { mode: 0o755 })
  const made = openSync(within(parent, name), directoryFlags)
  if (process.getuid?.() === 0) fchownSync(made, owner.uid, owner.gid)
  return made
}

function replace(directory: number, name: string, content: Uint8Array, owner: Identity): void {
  try {
    unlinkSync(within(directory, name))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  const file = openSync(within(directory, name), createFlags, 0o644)
  try {
    if (process.getuid?.() === 0) fchownSync(file, owner.uid, owner.gid)
    for (let at = 0; at < content.byteLength; ) at += writeSync(file, content, at)
    if (isProgram(content)) fchmodSync(file, 0o755)
  } finally {
    closeSync(file)
  }
}

/** A file set has no modes: scripts with a `#!` line and ELF files are to be run. */
function isProgram(content: Uint8Array): boolean {
  return (
    (content[0] === 0x23 && content[1] === 0x21) ||
    (content[0] === 0x7f && content[1] === 0x45 && content[2] === 0x4c)
  )
}

function writeError(path: string, error: unknown): Error {
  if (error instanceof UsageError) return error
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LimitReached('disk', `no room for "${path}" in the work directory`)
    case 'ELOOP':
    case 'ENOTDIR':
      return new UsageError(
        'bad-path',
        `"${path}" goes through a link or a file; only directories may be on the way`,
      )
    case 'EISDIR':
      return new UsageError('bad-path', `"${path}" is a directory`)
    case 'EEXIST':
    case 'ENOENT':
      return new UsageError('bad-path', `"${path}" changed while it was written`)
    default:
      return new InfrastructureError(
        'sandbox-write',
        `cannot write "${path}" into the sandbox: ${messageOf(error)}`,
        { cause: error },
      )
  }
}

/**
 * The bytes of a regular file, or undefined where there is none: a link, a pipe or a device is none, nor is a file
 * that a program inside holds a lease on (EAGAIN).
 * Throws `UsageError` for a path that leaves the directory and for a file of more than `maxBytes`.
 */
export function readFile(root: string, path: string, maxBytes: number): Uint8Array | undefined {
  try {
    return inDirectoryOf(
      root,
      path,
      (parent, name) => openSync(within(parent, name), directoryFlags),
      (directory, name) => {
        const file = openSync(within(directory, name), readFlags)
        try {
          return fstatSync(file).isFile() ? readAll(file, path, maxBytes) : undefined
        } finally {
          closeSync(file)
        }
      },
    )
  } catch (error) {
    if (error instanceof UsageError) throw error
    if (['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO', 'EACCES', 'EISDIR', 'EAGAIN'].includes(codeOf(error)))
      return undefined
    throw new InfrastructureError(
      'sandbox-read',
      `cannot read "${path}" from the sandbox: ${messageOf(error)}`,
      { cause: error },
    )
  }
}

/** Reads to the end rather than to the size that stat told: the file may grow meanwhile, and holes cost no disk. */
function readAll(file: number, path: string, maxBytes: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let total = 0
  for (;;) {
    const size = Math.min(Math.max(fstatSync(file).size - total, 0) + 1, 1 << 20)
    const chunk = Buffer.allocUnsafe(size)
    const count = readSync(file, chunk, 0, size, null)
    if (count === 0) return Buffer.concat(chunks)
    total += count
    if (total > maxBytes) throw new UsageError('file-too-large', `"${path}" is larger than ${maxBytes} bytes`)
    chunks.push(chunk.subarray(0, count))
  }
}

const [maxFiles, maxListed, maxCounted, maxDepth] = [10_000, 20_000, 100_000, 64]

/** Paths of the regular files, sorted. Stops at 10,000 files, 20,000 entries, or 64 levels. */
export function listFiles(root: string): string[] {
  const found: string[] = []
  walk(root, maxListed, (path) => {
    found.push(path)
    return found.length < maxFiles
  })
  return found.sort()
}

/** What the files take, for directories that are not file systems of their own; stops at 100,000 entries. */
export function usedBytes(root: string): number {
  let total = 0
  walk(root, maxCounted, (_, directory, name) => {
    total += (lstatSync(within(directory, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512
    return true
  })
  return total
}

/** Calls `see` for each regular file, until it returns false. Names that are not UTF-8, which nobody can ask for, are left out. */
function walk(
  root: string,
  most: number,
  see: (path: string, directory: number, name: string) => boolean,
): void {
  let left = most
  const visit = (directory: number, prefix: string, depth: number): boolean => {
    const listing = opendirSync(`/proc/self/fd/${directory}`)
    try {
      for (let entry = listing.readSync(); entry !== null; entry = listing.readSync()) {
        if (left-- <= 0) return false
        const { name } = entry
        if (name.includes('\ufffd')) continue
        if (entry.isFile() && !see(prefix + name, directory, name)) return false
        if (entry.isDirectory() && depth < maxDepth && !descend(directory, name, prefix, depth)) return false
      }
      return true
    } finally {
      listing.closeSync()
    }
  }
  const descend = (parent: number, name: string, prefix: string, depth: number): boolean => {
    let directory: number
    try {
      directory = openSync(within(parent, name), directoryFlags)
    } catch {
      // Gone, or a link by now.
      return true
    }
    try {
      return visit(directory, `${prefix}${name}/`, depth + 1)
    } finally {
      closeSync(directory)
    }
  }
  const top = openSync(root, directoryFlags)
  try {
    visit(top, '', 0)
  } finally {
    closeSync(top)
  }
}

/**
 * Removes a directory, also one whose owner made it deeper than a path can name, or closed parts of it to themselves.
 * Throws `InfrastructureError`, having removed nothing, where something is mounted below it: that may be the host's.
 */
export function removeTree(directory: string): void {
  if (!existsSync(directory)) return
  const [mounted] = mountsBelow(realpathSync(directory))
  if (mounted) {
    throw new InfrastructureError(
      'sandbox-remove',
      `cannot remove ${directory}: ${mounted.path} is mounted in it; unmount that, then remove it by hand`,
    )
  }
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {
    const options = { env: {}, stdio: 'ignore' } as const
    spawnSync('/bin/chmod', ['-R', 'u+rwX', '--', directory], options)
    spawnSync('/bin/rm', ['-rf', '--one-file-system', '--', directory], options)
    if (!existsSync(directory)) return
    throw new InfrastructureError('sandbox-remove', `cannot remove ${directory}; remove it by hand`)
  }
}
