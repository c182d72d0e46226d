import { open, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { messageOf, UsageError } from '../core/errors.ts'
import { fileSet } from '../core/files.ts'
import type { Submission } from '../core/submission.ts'
import type { AnswerSpec } from '../core/task.ts'

/**
 * A submission from disk: a directory that holds the files that the task asks for, or one file. Where the task asks for
 * several, it is the one of that name, and the others are not handed in.
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
    const { paths } = answer
    const [only, ...more] = paths.length > 1 ? paths.filter((at) => basename(at) === basename(path)) : paths
    if (only === undefined || more.length > 0) {
      throw new UsageError(
        'unreadable-submission',
        `${path} is one file, and the task asks for ${paths.join(', ')}: name it as one of them, or give a directory that holds them`,
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
