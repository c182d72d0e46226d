import type { Reading } from './reading.ts'
import type { Span } from './statements.ts'

/** One small change to a reference: what to put in the place of which characters. */
export interface Change {
  readonly edits: readonly { readonly start: number; readonly end: number; readonly text: string }[]
  /** In words, with the line: `line 12: + became -`. */
  readonly description: string
}

/** Finds every change of one kind that can be made to a reference. */
export type Finder = (reading: Reading, random: () => number) => Change[]

/** The source with a change made. */
export function applied(source: string, { edits }: Change): string {
  const parts: string[] = []
  let position = 0
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start)) {
    parts.push(source.slice(position, start), text)
    position = end
  }
  parts.push(source.slice(position))
  return parts.join('')
}

/** One word in the place of another. */
export function replaced({ words }: Reading, index: number, text: string): Change {
  const { start, end, line, text: before } = words[index]!
  const became = text === '' ? 'was dropped' : `became ${text}`
  return { edits: [{ start, end, text }], description: `line ${line}: ${before} ${became}` }
}

/** The characters of a span of words. */
export function charactersOf({ words }: Reading, { from, to }: Span): { start: number; end: number } {
  return { start: words[from]!.start, end: words[to - 1]!.end }
}

/** The text of a span on one line, cut where it is long. */
export function quoted(reading: Reading, span: Span): string {
  const { start, end } = charactersOf(reading, span)
  const text = reading.source
    .slice(start, end)
    .replace(/\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, ' ')
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

export function pick<Item>(items: readonly Item[], random: () => number): Item {
  return items[Math.floor(random() * items.length)]!
}
