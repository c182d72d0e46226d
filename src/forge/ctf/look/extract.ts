import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Left, limits } from './limits.ts'
import { piecesOf } from './pieces.ts'
import { filesOf } from './tree.ts'

/** Which bytes of the parcel are which file, in order. */
export type Parcels = [from: string, bytes: number][]

/**
 * Writes files of a challenge and of its archives one after the other into one file, which is quicker to fetch than
 * many. Files that are absent or too large are absent from the result; nothing is written after `limits.extractBytes`.
 */
export async function extractTo(
  out: string,
  root: string,
  path: string,
  sources: readonly string[],
): Promise<Parcels> {
  const wanted = new Set(sources)
  const directory = join(root, path)
  const left = new Left()
  const files = filesOf(directory, left).filter(
    (file) => wanted.has(file.path) || sources.some((source) => source.startsWith(`${file.path}!/`)),
  )
  const deadline = performance.now() + limits.seconds * 1000
  const opens = (archive: string) => sources.some((source) => source.startsWith(`${archive}!/`))
  const parcels: Parcels = []
  let total = 0
  const file = openSync(out, 'w', 0o600)
  try {
    for await (const { path: from, bytes, size, whole } of piecesOf(directory, files, {
      left,
      deadline,
      opens,
    })) {
      if (!wanted.has(from) || !whole || size > limits.fileBytes) continue
      if (total + size > limits.extractBytes) break
      wanted.delete(from)
      for (let at = 0; at < size; ) at += writeSync(file, bytes, at, size - at)
      total += size
      parcels.push([from, size])
      if (wanted.size === 0) break
    }
  } finally {
    closeSync(file)
  }
  return parcels
}
