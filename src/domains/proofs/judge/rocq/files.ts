import type { Formal } from '../../key.ts'

/** The judge's own modules. */
export const taskModule = 'TouchstoneTask'
export const checkModule = 'TouchstoneCheck'
export const reportModule = 'TouchstoneReport'
export const answerModule = 'Answer'
/** The statement as a signature, and the answer seen through it. */
const signature = 'TouchstoneStatement'
export const answered = 'TouchstoneAnswered'

/**
 * The statement in the task's context, as the signature of a module. Nothing of the answer is known here. Where the
 * statement stands in the middle of a file, the signature has the whole file up to it, so that the answer's own copy of
 * what the statement is about is compared too.
 */
export function taskFile(formal: Formal): string {
  const { prelude, statement, within } = formal
  return within === undefined
    ? `${prelude}\nModule Type ${signature}.\n${statement}\nAdmitted.\nEnd ${signature}.\n`
    : `Module Type ${signature}.\n${stubFile(formal)}End ${signature}.\n`
}

/** An answer as it is before anything is proved. `Proof.` is where Rocq looks up what a theorem of a section is closed over. */
export const stubFile = ({ prelude, statement, within }: Formal): string =>
  `${prelude}\n\n${statement}\nProof.\nAdmitted.\n${within ? `${within.closing}\n` : ''}`

/** The theorem's name in a module of the answer's content. */
export const theoremIn = (theorem: string, { within }: Formal): string =>
  [...(within?.modules ?? []), theorem].join('.')

/**
 * The kernel compares the answer with the signature, after the statement has been read: whatever the answer calls its
 * own things, the statement does not mean them. Requires and never imports.
 */
export const checkFile = (formal: Formal): string =>
  `${taskFile(formal)}Require ${answerModule}.\nModule ${answered} : ${signature} := ${answerModule}.\n`

/** Asks in a file of its own, where nothing of the task's or the answer's notations is in force. */
export const reportFile = (theorem: string, formal: Formal): string =>
  `Require ${checkModule}.\nSet Printing Depth 50.\nPrint Assumptions ${checkModule}.${answered}.${theoremIn(theorem, formal)}.\n`
