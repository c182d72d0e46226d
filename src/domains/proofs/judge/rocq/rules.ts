import type { Sentence } from '../../rocq/sentences.ts'
import { type End, rejected } from '../course.ts'

/**
 * Commands that reach outside: files, plug-ins, the process. No proof needs them, and what they do cannot reach where
 * the answer is checked; refusing them tells an honest author at once. A text can hide them from this reader.
 */
const outward: readonly RegExp[] = [
  /^Declare\s+ML\s+Module\b/,
  /^Add\s+(?:Rec\s+)?(?:ML\s+Path|LoadPath)\b/,
  /^Redirect\b/,
  /^Load\b/,
  /^Cd\b/,
  /^(?:Recursive\s+|Separate\s+)?Extraction\b/,
  /^Extract\s+(?:Inlined\s+)?(?:Constant|Inductive)\b/,
  /^(?:Drop|Quit)\b/,
  /^Print\s+(?:Sorted\s+)?Universes\b.*"/s,
]
const controls = /^(?:(?:Time|Fail|Succeed|Timeout\s+\d+|Redirect\s+"[^"]*")\s+|#\[[^\]]*\]\s*)+/

/** What is refused before anything is run; undefined where nothing is. */
export function forbiddenIn(text: string, sentences: readonly Sentence[]): End | undefined {
  const found = sentences.find(outwardIn)
  if (found === undefined) return undefined
  const line = text.slice(0, found.start).split('\n').length
  const [command] = found.text.split('\n')
  return rejected(
    'forbidden',
    [`"${command!.slice(0, 200)}" reaches outside the proof: leave it out`],
    `Answer.v:${line}`,
  )
}

/** Whether a sentence is such a command. */
export function outwardIn({ text, kind }: Sentence): boolean {
  if (kind !== 'sentence') return false
  return /^Redirect\b/.test(text) || outward.some((command) => command.test(text.replace(controls, '')))
}
