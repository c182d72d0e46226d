import { type FileSet, sizeOf } from './files.ts'
import type { AnswerSpec } from './task.ts'

/** What the agent hands in. Nothing else crosses to the judge. */
export type Submission =
  | { readonly kind: 'files'; readonly files: FileSet }
  | { readonly kind: 'text'; readonly text: string }

/** A submission with nothing in it, of the kind that the task asks for: what `nop` hands in. */
export function emptySubmission(answer: AnswerSpec): Submission {
  return answer.kind === 'files' ? { kind: 'files', files: new Map() } : { kind: 'text', text: '' }
}

/**
 * Why the submission cannot go to the judge (wrong kind, a path that was not asked for, too large),
 * or undefined where it can. Missing files are the judge's to name.
 */
export function refusalOf(submission: Submission, answer: AnswerSpec): string | undefined {
  if (submission.kind !== answer.kind) return `the task asks for ${answer.kind}, not ${submission.kind}`
  const bytes = bytesOf(submission)
  if (bytes > answer.maxBytes) return `it has ${bytes} bytes; the task allows ${answer.maxBytes}`
  if (submission.kind === 'files' && answer.kind === 'files') {
    const stray = [...submission.files.keys()].find((path) => !answer.paths.includes(path))
    if (stray !== undefined)
      return `"${stray}" was not asked for; the task asks for ${answer.paths.join(', ')}`
  }
  return undefined
}

/** The submission as a journal keeps it: one that is too large to be judged is not kept, its size is in the verdict. */
export function recordable(submission: Submission, answer: AnswerSpec): Submission {
  return bytesOf(submission) > answer.maxBytes ? emptySubmission(answer) : submission
}

function bytesOf(submission: Submission): number {
  return submission.kind === 'files' ? sizeOf(submission.files) : Buffer.byteLength(submission.text)
}

/**
 * What stands where the answer belongs cannot be taken: a file too large to read, say. That is the agent's doing,
 * so the trial ends judged, as `rejected`, and not void.
 */
export class NotAdmitted extends Error {
  constructor(why: string, options?: { cause?: unknown }) {
    super(why, options)
    this.name = 'NotAdmitted'
  }
}
