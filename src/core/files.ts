import { UsageError } from './errors.ts'

/** Files by relative POSIX path. Contents are bytes; text is UTF-8. Build one with `fileSet`, which checks the paths. */
export type FileSet = ReadonlyMap<string, Uint8Array>

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** A file set from an object or entries. Throws `UsageError` for a path that could leave the directory. */
export function fileSet(
  entries: Record<string, string | Uint8Array> | Iterable<readonly [string, string | Uint8Array]>,
): FileSet {
  const pairs = Symbol.iterator in entries ? entries : Object.entries(entries)
  const files = new Map<string, Uint8Array>()
  for (const [path, content] of pairs) files.set(checkPath(path), toBytes(content))
  return files
}

/** Text of one file, or undefined where the set does not have it. Invalid UTF-8 becomes U+FFFD. */
export function textOf(files: FileSet, path: string): string | undefined {
  const bytes = files.get(path)
  return bytes && decoder.decode(bytes)
}

/** Total size in bytes. */
export function sizeOf(files: FileSet): number {
  let total = 0
  for (const bytes of files.values()) total += bytes.byteLength
  return total
}

export function toBytes(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? encoder.encode(content) : content
}

/**
 * Returns the path if it names a file inside a directory: relative, without `.`, `..`, empty or over-long parts,
 * NUL or backslash. Throws `UsageError` (`bad-path`) otherwise: paths come from submissions and archives.
 */
export function checkPath(path: string): string {
  if (!isPath(path)) {
    throw new UsageError('bad-path', `"${path.slice(0, 200)}" is not a path inside the work directory`)
  }
  return path
}

export function isPath(path: string): boolean {
  if (path.length > 4000 || path.includes('\0') || path.includes('\\')) return false
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && encoder.encode(part).length <= 255)
}
