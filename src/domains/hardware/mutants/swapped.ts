import { type Change, charactersOf, type Finder, quoted } from './change.ts'
import type { Reading } from './reading.ts'
import { choiceAt, type Span } from './statements.ts'
import { afterGroup, nesting } from './words.ts'

const unlike = new Set(['-', '<', '<=', '>', '>=', '<<', '>>', '<<<', '>>>', '/', '%'])

/** Two things in each other's place: branches, the values of a choice, the sides of an operator, parts of a vector. */
export const swapped: Finder = (reading) => {
  const { words, first, last, fixed } = reading
  const found: Change[] = []
  for (let index = first; index < last; index++) {
    const { text, kind } = words[index]!
    const choice = choiceAt(words, index)
    if (choice?.otherwise !== undefined) {
      // An `if` without `else` in the first place would take the other's `else`.
      const open = words[choice.otherwise.from]!.text === 'if'
      if (!open) found.push(exchanged(reading, choice.then, choice.otherwise, 'branches'))
    }
    if (kind !== 'mark' || fixed[index]) continue
    if (text === '?') found.push(...values(reading, index))
    else if (unlike.has(text)) found.push(...sides(reading, index))
    else if (text === '{') found.push(...neighbours(reading, index))
  }
  return found
}

function exchanged(reading: Reading, a: Span, b: Span, what: string): Change {
  const [one, two] = [charactersOf(reading, a), charactersOf(reading, b)]
  const textOf = ({ start, end }: { start: number; end: number }) => reading.source.slice(start, end)
  return {
    edits: [
      { ...one, text: textOf(two) },
      { ...two, text: textOf(one) },
    ],
    description: `line ${reading.words[a.from]!.line}: the ${what} "${quoted(reading, a)}" and "${quoted(reading, b)}" were swapped`,
  }
}

/** The two values of `condition ? a : b`, each as far as the brackets and the choices within allow. */
function values(reading: Reading, question: number): Change[] {
  const { words } = reading
  let depth = 0
  let choices = 0
  let colon = -1
  let index = question + 1
  for (; index < words.length; index++) {
    const word = words[index]!
    depth += nesting(word)
    if (depth < 0) break
    if (depth > 0) continue
    if (word.text === ';' || word.text === ',') break
    if (word.text === '?') choices++
    else if (word.text === ':') {
      if (choices > 0) choices--
      else if (colon === -1) colon = index
      else break
    }
  }
  if (colon === -1 || index <= colon + 1) return []
  const [a, b] = [
    { from: question + 1, to: colon },
    { from: colon + 1, to: index },
  ]
  // A choice in the second place needs brackets in the first.
  return words.slice(b.from, b.to).some(({ text }) => text === '?')
    ? []
    : [exchanged(reading, a, b, 'values')]
}

/** Only plain names and numbers, so that no precedence changes. */
function sides(reading: Reading, index: number): Change[] {
  const { words, assignments } = reading
  const [before, left, right, after] = [index - 2, index - 1, index + 1, index + 2].map((at) => words[at])
  const plain = (word: typeof left) => word?.kind === 'name' || word?.kind === 'number'
  if (assignments.has(index) || !plain(left) || !plain(right)) return []
  const opens =
    before !== undefined && (['(', '?', ':', '{', ','].includes(before.text) || assignments.has(index - 2))
  const closes = after !== undefined && [')', '?', ':', '}', ',', ';'].includes(after.text)
  if (!opens || !closes) return []
  return [
    exchanged(
      reading,
      { from: index - 1, to: index },
      { from: index + 1, to: index + 2 },
      `sides of ${words[index]!.text}`,
    ),
  ]
}

/** Two neighbours in a concatenation: the whole stays as wide. */
function neighbours(reading: Reading, open: number): Change[] {
  const { words } = reading
  const close = afterGroup(words, open) - 1
  const parts: Span[] = []
  let from = open + 1
  let depth = 0
  for (let index = open + 1; index <= close; index++) {
    if (depth === 0 && (index === close || words[index]!.text === ',')) {
      parts.push({ from, to: index })
      from = index + 1
    }
    depth += nesting(words[index]!)
  }
  const textOf = (span: Span) => quoted(reading, span)
  return parts.flatMap((part, at) => {
    const next = parts[at + 1]
    if (next === undefined || part.to <= part.from || next.to <= next.from) return []
    return textOf(part) === textOf(next) ? [] : [exchanged(reading, part, next, 'parts')]
  })
}
