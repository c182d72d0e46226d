import { topModule } from '../key.ts'
import { moduleRange } from '../modules.ts'
import { tokenize } from '../tokens.ts'
import { afterGroup, nesting, type Word, wordsOf } from './words.ts'

/** A reference as the mutations see it. */
export interface Reading {
  readonly source: string
  readonly words: readonly Word[]
  /** Indexes of `module`, of the first word behind its header, and of `endmodule`. */
  readonly module: number
  readonly first: number
  readonly last: number
  /**
   * Words that stay as they are, since another would change the width or the interface or would never end: ranges,
   * part selects, sensitivity lists, headers of loops, delays, attributes.
   */
  readonly fixed: readonly boolean[]
  /** Indexes of `=` and `<=` that assign. */
  readonly assignments: ReadonlySet<number>
}

/** Undefined where the text has no module `TopModule` that can be read. */
export function readReference(source: string): Reading | undefined {
  const { tokens, problem } = tokenize(source)
  const range = moduleRange(tokens, topModule)
  if (problem !== undefined || range === undefined) return undefined
  const words = wordsOf(tokens)
  const at = (token: number) => words.findIndex(({ start }) => start === tokens[token]!.start)
  const [module, last] = [at(range.first), at(range.last)]
  const header = words.findIndex(({ text }, index) => index > module && text === ';')
  if (header === -1 || header > last) return undefined
  const fixed = fixedWords(words)
  return { source, words, module, first: header + 1, last, fixed, assignments: assignmentsIn(words) }
}

function fixedWords(words: readonly Word[]): boolean[] {
  const fixed: boolean[] = words.map(() => false)
  const fix = (from: number, to: number) => fixed.fill(true, from, to)
  words.forEach(({ text }, index) => {
    const next = words[index + 1]?.text
    if (text === '[') {
      const end = afterGroup(words, index)
      if (isRange(words, index, end)) fix(index, end)
    } else if (text === '@') fix(index, next === '(' ? afterGroup(words, index + 1) : index + 2)
    else if (text === '#') fix(index, next === '(' ? afterGroup(words, index + 1) : index + 2)
    else if (text === 'for' && next === '(') fix(index, afterGroup(words, index + 1))
    else if (text === '(' && next === '*' && words[index + 2]?.text !== ')')
      fix(index, afterGroup(words, index))
  })
  return fixed
}

/** Whether brackets hold a range or a part select and not an index. */
function isRange(words: readonly Word[], open: number, end: number): boolean {
  let depth = 0
  let choices = 0
  for (let index = open; index < end; index++) {
    depth += nesting(words[index]!)
    if (depth !== 1) continue
    const { text } = words[index]!
    if (text === '?') choices++
    if (text === '+:' || text === '-:' || (text === ':' && choices-- <= 0)) return true
  }
  return false
}

const boundaries = new Set([';', 'begin', 'end', 'else', 'endcase', 'endmodule'])

/** The first `=` or `<=` of a statement outside all brackets assigns; every later one compares. */
function assignmentsIn(words: readonly Word[]): Set<number> {
  const found = new Set<number>()
  let depth = 0
  let choices = 0
  let assigned = false
  words.forEach((word, index) => {
    const { text } = word
    depth = Math.max(0, depth + nesting(word))
    if (depth > 0) return
    if (text === '?') choices++
    const label = text === ':' && choices-- <= 0
    if (boundaries.has(text) || label) {
      assigned = false
      choices = 0
    } else if (!assigned && (text === '=' || text === '<=')) {
      found.add(index)
      assigned = true
    }
  })
  return found
}
