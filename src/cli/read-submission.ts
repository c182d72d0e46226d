import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import { fileSet } from '../core/files.ts'
import type { Submission } from '../core/submission.ts'
import type { AnswerSpec } from '../core/task.ts'

/**
 * A submission from disk: a directory that holds the files that the task asks for, or one file where it asks for one.
 * Nothing larger than the task allows is read into memory.
 * Throws `UsageError` (`unreadable-submission`, `submission-too-large`).
 */
export async function readSubmission(path: string, answer: AnswerSpec): Promise<Submission> {
  const found = await stat(path).catch((thrown) => {
    throw new UsageError('unreadable-submission', `${path} cannot be read: ${messageOf(thrown)}`)
  })
  if (answer.kind === 'text') {
    return { kind: 'text', text: (await readFileOf(path, answer.maxBytes)).toString('utf8') }
  }
  if (!found.isDirectory()) {
    const [only, ...more] = answer.paths
    if (only === undefined || more.length > 0) {
      throw new UsageError(
        'unreadable-submission',
        `${path} is one file, and the task asks for ${answer.paths.join(', ')}: give a directory that holds them`,
      )
    }
    return { kind: 'files', files: fileSet([[only, await readFileOf(path, answer.maxBytes)]]) }
  }
  const files: [string, Uint8Array][] = []
  for (const wanted of answer.paths) {
    const at = join(path, wanted)
    if (await stat(at).catch(() => undefined)) files.push([wanted, await readFileOf(at, answer.maxBytes)])
  }
  if (files.length === 0) {
    throw new UsageError(
      'unreadable-submission',
      `${path} has none of the files asked for: ${answer.paths.join(', ')}`,
    )
  }
  return { kind: 'files', files: fileSet(files) }
}

/** Reads through one handle, so that the size that was checked is the size that is read. */
async function readFileOf(path: string, maxBytes: number): Promise<Buffer> {
  try {
    await using file = await open(path, 'r')
    const about = await file.stat()
    if (!about.isFile()) throw new UsageError('unreadable-submission', `${path} is not a regular file`)
    if (about.size > maxBytes) {
      throw new UsageError(
        'submission-too-large',
        `${path} has ${about.size} bytes; the task allows ${maxBytes}`,
      )
    }
    return await file.readFile()
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown
    throw new UsageError('unreadable-submission', `${path} cannot be read: ${messageOf(thrown)}`, {
      cause: thrown,
    })
  }
}
