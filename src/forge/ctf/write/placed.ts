import { type FileSet, isPath, toBytes } from '../../../core/files.ts'
import { Fallen } from '../../source.ts'
import type { FileSource } from '../plan.ts'

/** Largest file that a task directory may hold, in bytes (`readTask`). */
const maxFileBytes = 64 * 1024 ** 2

/**
 * The files of one part of a plan. `contents` has the challenge's own by their `from`. Throws `Fallen`: `missing-files`,
 * `too-large`, or `broken-plan` where two files want one place.
 */
export function placed(
  sources: readonly FileSource[],
  contents: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  for (const source of sources) {
    const path = source.path.toWellFormed()
    if (files.has(path)) throw new Fallen('broken-plan', `two files are to be at ${JSON.stringify(path)}`)
    files.set(path, bytesOf(source, contents))
  }
  return files
}

function bytesOf(source: FileSource, contents: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const bytes = 'text' in source ? toBytes(source.text) : contents.get(source.from)
  if (!bytes)
    throw new Fallen(
      'missing-files',
      `${JSON.stringify('from' in source ? source.from : '')}, which the plan has at ${JSON.stringify(source.path)}, could not be read from the challenge`,
    )
  if (bytes.byteLength > maxFileBytes)
    throw new Fallen(
      'too-large',
      `${JSON.stringify(source.path)} has ${bytes.byteLength} bytes; ${maxFileBytes} at most are kept in a task`,
    )
  return bytes
}

/**
 * One directory out of its parts. Throws `Fallen` (`broken-plan`) where a file would have to be a directory as well, or a
 * path is too long to be written.
 */
export function joined(parts: readonly (readonly [prefix: string, files: FileSet])[]): FileSet {
  const all = new Map<string, Uint8Array>()
  for (const [prefix, files] of parts) for (const [path, bytes] of files) all.set(`${prefix}${path}`, bytes)
  for (const path of all.keys()) {
    if (!isPath(path))
      throw new Fallen('broken-plan', `${JSON.stringify(path.slice(0, 200))} is no path for a file`)
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1))
      if (all.has(path.slice(0, at)))
        throw new Fallen(
          'broken-plan',
          `${JSON.stringify(path.slice(0, at))} is to be a file, and a directory with ${JSON.stringify(path)}`,
        )
  }
  return all
}
