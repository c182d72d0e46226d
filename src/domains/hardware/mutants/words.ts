import type { Token } from '../tokens.ts'

/** A token, with marks joined to operators and a size to its number: `<=`, `8'h3f`. */
export type Word = Token

// Longest first. `(*` is none: `@(*)` would be taken for an attribute.
const operators =
  '<<<= >>>= <<< >>> === !== ==? !=? <<= >>= ->> << >> <= >= == != && || ~& ~| ~^ ^~ ** ++ -- += -= *= /= %= &= |= ^= +: -: -> => :: ##'
    .split(' ')
    .sort((a, b) => b.length - a.length)

export function wordsOf(tokens: readonly Token[]): Word[] {
  const words: Word[] = []
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    const operator = token.kind === 'mark' ? operatorAt(tokens, index) : undefined
    const next = tokens[index + 1]
    if (operator !== undefined) {
      words.push({ ...token, text: operator, end: token.start + operator.length })
      index += operator.length - 1
    } else if (token.kind === 'number' && next?.kind === 'number' && next.text.startsWith("'")) {
      words.push({ ...token, text: token.text + next.text, end: next.end })
      index++
    } else words.push(token)
  }
  return words
}

/** The operator that the marks from an index on make, standing without a space between them. */
function operatorAt(tokens: readonly Token[], index: number): string | undefined {
  return operators.find((operator) =>
    [...operator].every((mark, at) => {
      const token = tokens[index + at]
      return token?.text === mark && token.start === tokens[index]!.start + at
    }),
  )
}

const opening = new Set(['(', '[', '{'])
const closing = new Set([')', ']', '}'])

/** How much deeper in brackets a word leads: 1, -1 or 0. */
export function nesting({ kind, text }: Word): number {
  if (kind !== 'mark') return 0
  return opening.has(text) ? 1 : closing.has(text) ? -1 : 0
}

/** The index behind the bracket that closes the one at an index. */
export function afterGroup(words: readonly Word[], open: number): number {
  let depth = 0
  for (let index = open; index < words.length; index++) {
    depth += nesting(words[index]!)
    if (depth === 0) return index + 1
  }
  return words.length
}

// Words that a value does not end with.
const keywords = new Set(
  'if else case casez casex for while repeat begin end assign always always_comb always_ff always_latch initial or and posedge negedge return input output inout wire reg logic signed unsigned inside default'.split(
    ' ',
  ),
)

/** Whether a value ends with this word, so that an operator behind it has two sides. */
export function endsValue(word: Word | undefined): boolean {
  if (word === undefined) return false
  if (word.kind === 'name') return !keywords.has(word.text)
  return word.kind === 'number' || (word.kind === 'mark' && closing.has(word.text))
}
