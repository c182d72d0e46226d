import { createHash } from 'node:crypto'
import { type FileSet, fileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { buildDirectory } from '../process.ts'
import type { TorchPython } from '../python.ts'

/** What was compiled for an answer while it was imported, and how long that took, in seconds. */
export interface Build {
  readonly files: FileSet
  readonly seconds: number
}

/** Of one answer's build, and of all that are kept. */
const mostBytes = 32 * 1024 ** 2
const mostFiles = 200
const mostKept = 16

const kept = new Map<string, Build>()

/**
 * What is kept is only ever shown to the same answer: the key is all of its files and what compiles them. It is taken after
 * the import and before there are any weights or inputs, so that nothing of one judgement reaches the next.
 */
export function buildKey(files: FileSet, python: TorchPython): string {
  const hash = createHash('sha256').update(JSON.stringify([python.path, python.python, python.torch]))
  for (const path of [...files.keys()].sort()) {
    const content = files.get(path)!
    hash.update(`${path}\0${content.byteLength}\0`).update(content)
  }
  return hash.digest('hex')
}

export function keptBuild(key: string): Build | undefined {
  return kept.get(key)
}

/** Takes what was compiled out of a sandbox, as far as it is small enough. */
export async function keepBuild(key: string, sandbox: Sandbox, seconds: number): Promise<Build> {
  const paths = (await sandbox.list()).filter((path) => path.startsWith(`${buildDirectory}/`))
  const entries: [string, Uint8Array][] = []
  // Holes take no disk: what is left is counted before the next file is read into memory.
  let left = paths.length <= mostFiles ? mostBytes : -1
  for (const path of paths) {
    if (left < 0) break
    // A file that vanishes is not kept, and nothing is where one is too large; the next one compiles it again.
    const content = await sandbox.read(path, { maxBytes: left }).catch(() => null)
    if (content === null) left = -1
    else if (content && !path.endsWith('/lock')) {
      entries.push([path, content])
      left -= content.byteLength
    }
  }
  const build = { seconds, files: fileSet(left < 0 ? [] : entries) }
  kept.delete(key)
  kept.set(key, build)
  for (const [oldest] of kept) if (kept.size > mostKept) kept.delete(oldest)
  return build
}
