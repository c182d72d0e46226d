import type { Observation } from '../../../core/environment.ts'
import { checkPath, type FileSet } from '../../../core/files.ts'
import type { Sandbox } from '../../../core/sandbox.ts'
import { answerPaths } from '../key.ts'

/** What of a text fits an observation, in characters. */
const shownCharacters = 6000

/** Text of a file of the work directory. Throws `UsageError` for a path that leaves it. */
export async function textAt(sandbox: Sandbox, path: string): Promise<string | undefined> {
  const bytes = await sandbox.read(checkPath(path))
  return bytes && new TextDecoder().decode(bytes)
}

/** The answer's files as they stand in the work directory. Throws `UsageError` for one that is too large to be read. */
export async function answerIn(sandbox: Sandbox, paths: readonly string[] = answerPaths): Promise<FileSet> {
  const files = new Map<string, Uint8Array>()
  for (const path of paths) {
    const bytes = await sandbox.read(path)
    if (bytes !== undefined) files.set(path, bytes)
  }
  return files
}

export function failure(text: string): Observation {
  return { ok: false, text }
}

/** The beginning and the end: errors stand at the one, results at the other. */
export function cut(text: string, most = shownCharacters): string {
  if (text.length <= most) return text
  const half = Math.floor(most / 2)
  return `${text.slice(0, half)}\n[… ${text.length - most} characters left out …]\n${text.slice(-half)}`
}
