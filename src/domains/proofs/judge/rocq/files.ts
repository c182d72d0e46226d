import type { Formal } from '../../key.ts'

/** The judge's own modules. */
export const taskModule = 'TouchstoneTask'
export const checkModule = 'TouchstoneCheck'
export const reportModule = 'TouchstoneReport'
export const answerModule = 'Answer'
/** The statement as a signature, and the answer seen through it. */
const signature = 'TouchstoneStatement'
export const answered = 'TouchstoneAnswered'

/** The statement in the task's context, as the signature of a module. Nothing of the answer is known here. */
export const taskFile = ({ prelude, statement }: Formal): string =>
  `${prelude}\nModule Type ${signature}.\n${statement}\nAdmitted.\nEnd ${signature}.\n`

/**
 * The kernel compares the answer with the signature, after the statement has been read: whatever the answer calls its
 * own things, the statement does not mean them. Requires and never imports.
 */
export const checkFile = (formal: Formal): string =>
  `${taskFile(formal)}Require ${answerModule}.\nModule ${answered} : ${signature} := ${answerModule}.\n`

/** Asks in a file of its own, where nothing of the task's or the answer's notations is in force. */
export const reportFile = (theorem: string): string =>
  `Require ${checkModule}.\nSet Printing Depth 50.\nPrint Assumptions ${checkModule}.${answered}.${theorem}.\n`
