import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join, posix } from 'node:path'
import { type Pack, pack } from 'tar-stream'
import { messageOf, UsageError } from '../../core/errors.ts'
import { checkPath, type FileSet } from '../../core/files.ts'

// The package's types describe an export that Node does not find in it.
const ignore: () => { add(rules: string): { ignores(path: string): boolean } } = createRequire(
  import.meta.url,
)('@balena/dockerignore')

/** What a build may send to the engine, so that a directory that is none of a task's does not fill its disk. */
export const contextLimits = { bytes: 1024 ** 3, entries: 50_000 }

interface Entry {
  readonly path: string
  readonly mode: number
  readonly content:
    | { readonly kind: 'directory' }
    | { readonly kind: 'link'; readonly target: string }
    | { readonly kind: 'host'; readonly host: string; readonly bytes: number }
    | { readonly kind: 'given'; readonly data: Uint8Array }
}

/** The files that an image is built from, read when they are needed. */
export interface Context {
  /** Of names, modes and contents. */
  readonly digest: string
  /** The text of the Dockerfile; empty where there is none. */
  readonly dockerfile: string
  archive(): Pack
}

/**
 * A directory as the engine gets it: without what `.dockerignore` leaves out, with `files` in place of its own. Links are
 * packed as links, never followed: one that leads out of the directory leads nowhere in the build. Sockets, pipes and
 * devices are left out. Throws `UsageError` for a directory that cannot be read, is larger than `contextLimits`, or where
 * a given file would go through a link, or the Dockerfile is one.
 */
export function contextOf(directory: string, dockerfile: string, files: FileSet): Context {
  const entries = entriesOf(directory, dockerfile, files)
  const hash = createHash('sha256')
  for (const { path, mode, content } of entries) {
    hash.update(`${path}\0${mode}\0${content.kind}\0`)
    if (content.kind === 'link') hash.update(content.target)
    if (content.kind === 'given') hash.update(content.data)
    if (content.kind === 'host') hashFile(content.host, hash)
    hash.update('\0')
  }
  const text = textOf(directory, dockerfile, entries)
  return { digest: hash.digest('hex'), dockerfile: text, archive: () => packed(entries) }
}

/** Longer ones are none. */
const maxDockerfileBytes = 4 * 1024 ** 2

function textOf(directory: string, dockerfile: string, entries: readonly Entry[]): string {
  const found = entries.find(({ path }) => path === posix.normalize(dockerfile))?.content
  if (found?.kind === 'given') return Buffer.from(found.data).toString()
  if (found?.kind === 'host' && found.bytes <= maxDockerfileBytes)
    return Buffer.concat([...pieces(found.host)]).toString()
  if (!found) return ''
  throw new UsageError(
    'image-context',
    `${join(directory, dockerfile)} is no regular file, or too large for a Dockerfile`,
  )
}

function entriesOf(directory: string, dockerfile: string, files: FileSet): readonly Entry[] {
  const ignored = ignoredBy(directory, dockerfile)
  const found = new Map<string, Entry>()
  let bytes = 0
  const add = (entry: Entry, size: number) => {
    found.set(entry.path, entry)
    bytes += size
    if (bytes > contextLimits.bytes || found.size > contextLimits.entries)
      throw new UsageError(
        'image-context',
        `${directory} is too large to build an image from: more than ${contextLimits.bytes} bytes or ${contextLimits.entries} files; leave out what the image does not need with a .dockerignore`,
      )
  }
  const visit = (path: string) => {
    const host = join(directory, path)
    for (const name of readdirSync(host).sort()) {
      const child = path === '' ? name : `${path}/${name}`
      const stat = lstatSync(join(host, name))
      // A directory that is ignored may hold something that is not (`!keep`).
      if (stat.isDirectory()) {
        if (!ignored(child)) add({ path: child, mode: stat.mode & 0o777, content: { kind: 'directory' } }, 0)
        visit(child)
      } else if (ignored(child) || files.has(child)) continue
      // Podman follows these on its machine, to a device without end too.
      else if (stat.isSymbolicLink() && /^\.(docker|container)ignore$|\.dockerignore$/.test(name)) continue
      else if (stat.isSymbolicLink())
        add(
          { path: child, mode: 0o777, content: { kind: 'link', target: readlinkSync(join(host, name)) } },
          0,
        )
      else if (stat.isFile())
        add(
          {
            path: child,
            mode: stat.mode & 0o777,
            content: { kind: 'host', host: join(host, name), bytes: stat.size },
          },
          stat.size,
        )
    }
  }
  try {
    visit('')
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(
      'image-context',
      `cannot read ${directory} to build an image from it: ${messageOf(error)}`,
    )
  }
  for (const [path, data] of files) {
    const parents = checkPath(path).split('/').slice(0, -1)
    const links = parents.map((_, index) => parents.slice(0, index + 1).join('/'))
    if (links.some((parent) => found.get(parent)?.content.kind === 'link'))
      throw new UsageError(
        'bad-path',
        `"${path}" goes through a link of ${directory}; only directories may be on the way`,
      )
    add({ path, mode: modeOf(directory, path, data), content: { kind: 'given', data } }, data.byteLength)
  }
  return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1))
}

/** A replaced file keeps its mode; a new one is readable, and a program where it looks like one. */
function modeOf(directory: string, path: string, data: Uint8Array): number {
  const stat = lstatSync(join(directory, path), { throwIfNoEntry: false })
  if (stat?.isFile()) return stat.mode & 0o777
  const program = (data[0] === 0x23 && data[1] === 0x21) || (data[0] === 0x7f && data[1] === 0x45)
  return program ? 0o755 : 0o644
}

function ignoredBy(directory: string, dockerfile: string): (path: string) => boolean {
  const lists = [`${dockerfile}.dockerignore`, '.dockerignore'].map((name) => {
    try {
      const host = join(directory, name)
      // Whoever made the directory may have put a link to a device here, or a pipe that nobody writes to.
      const stat = lstatSync(host)
      return stat.isFile() && stat.size <= maxDockerfileBytes
        ? Buffer.concat([...pieces(host)]).toString()
        : undefined
    } catch {
      return undefined
    }
  })
  const rules = lists.find((text) => text !== undefined)
  if (rules === undefined) return () => false
  const list = ignore().add(rules)
  const kept = new Set([dockerfile, '.dockerignore', `${dockerfile}.dockerignore`])
  return (path) => !kept.has(path) && list.ignores(path)
}

const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

function* pieces(host: string): Generator<Buffer> {
  const file = openSync(host, flags)
  try {
    if (!fstatSync(file).isFile()) throw new UsageError('image-context', `${host} is no longer a file`)
    for (;;) {
      const buffer = Buffer.allocUnsafe(1 << 18)
      const count = readSync(file, buffer, 0, buffer.length, null)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    closeSync(file)
  }
}

function hashFile(host: string, hash: Hash): void {
  for (const piece of pieces(host)) hash.update(piece)
}

/** Whoever reads the archive sets the pace. */
function packed(entries: readonly Entry[]): Pack {
  const archive = pack()
  const date = new Date(0)
  const fill = async () => {
    for (const { path, mode, content } of entries) {
      const header = { name: path, mode, mtime: date }
      if (content.kind === 'directory') archive.entry({ ...header, type: 'directory' })
      else if (content.kind === 'link')
        archive.entry({ ...header, type: 'symlink', linkname: content.target })
      else if (content.kind === 'given') archive.entry(header, Buffer.from(content.data))
      else {
        const entry = archive.entry({ ...header, size: content.bytes })
        for (const piece of pieces(content.host)) {
          if (!entry.write(piece)) await new Promise<void>((resolve) => entry.once('drain', () => resolve()))
        }
        const done = new Promise<void>((resolve) => entry.once('finish', () => resolve()))
        entry.end(Buffer.alloc(0))
        await done
      }
    }
    archive.finalize()
  }
  fill().catch((error) => archive.destroy(error))
  return archive
}
