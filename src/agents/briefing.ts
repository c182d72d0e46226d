import type { Feedback } from '../core/agent.ts'
import type { Submission } from '../core/submission.ts'
import type { AnswerSpec, Brief } from '../core/task.ts'

/** Files up to this size, in bytes, are shown to a model that cannot open them. */
const shownBytes = 32 * 1024

/** The task in words, with the work directory as a list of names: for a model that can open the files. */
export function briefing(brief: Brief): string {
  const listed = [...brief.files].map(([path, bytes]) => `- ${path} (${bytes.byteLength} bytes)`)
  return joined([brief.instructions.trim(), section('Files in the work directory', listed)])
}

/** The task in words with its files' contents: for a model that has nothing but this message. */
export function fullBriefing(brief: Brief): string {
  const files = [...brief.files].map(([path, bytes]) => {
    const text = textIn(bytes)
    return text === undefined ? `${path}: ${bytes.byteLength} bytes, not shown` : fenced(path, text)
  })
  return joined([brief.instructions.trim(), section('Files', files), answerFormat(brief.answer)])
}

/** How a reply has to carry its answer so that `answerFrom` finds it. */
export function answerFormat(answer: AnswerSpec): string {
  if (answer.kind === 'text') return 'Give your final answer, and nothing else, in one fenced code block.'
  const [path = ''] = answer.paths
  return answer.paths.length === 1
    ? `Your answer is the file ${path}. Give it whole, in one fenced code block with the path on the line before.`
    : `Your answer is these files: ${answer.paths.join(', ')}. Give each of them whole, in a fenced code block of its own with its path on the line before.`
}

/** What the judge said, for a model. */
export function feedbackText({ outcome, score, reason, findings, left }: Feedback): string {
  const said = findings.map(
    ({ severity, message, at }) => `- ${severity}${at ? ` at ${at}` : ''}: ${message}`,
  )
  const head = `The judge says: ${outcome} (${reason}), score ${Number(score.toFixed(4))}.`
  return [head, ...said, `Consultations left: ${left}.`].join('\n')
}

/** A text cut to `limit` characters from its middle, with a note of how much is gone. */
export function cutTo(text: string, limit: number): string {
  if (text.length <= limit) return text
  const head = Math.ceil(limit * 0.6)
  const tail = limit - head
  const gone = text.length - limit
  const end = tail > 0 ? text.slice(-tail) : ''
  return `${text.slice(0, head)}\n[... ${gone} characters cut ...]\n${end}`.toWellFormed()
}

/** An answer as a reply that gives it would look, for a model that is to go on from it. */
export function answerShown(submission: Submission): string {
  if (submission.kind === 'text') return fenced('', submission.text).trimStart()
  return [...submission.files]
    .map(([path, bytes]) => fenced(path, new TextDecoder().decode(bytes)))
    .join('\n\n')
}

/** A fence long enough for what it holds. */
function fenced(path: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length))
  const fence = '`'.repeat(longest + 1)
  return `${path}\n${fence}\n${text.replace(/\n$/, '')}\n${fence}`
}

function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.byteLength > shownBytes || bytes.includes(0)) return undefined
  return new TextDecoder().decode(bytes)
}

function section(title: string, entries: readonly string[]): string {
  return entries.length === 0 ? '' : `${title}:\n${entries.join('\n')}`
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
