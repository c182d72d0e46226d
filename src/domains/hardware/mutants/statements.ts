import { afterGroup, nesting, type Word } from './words.ts'

/** From the first word of something to the one behind its last. */
export interface Span {
  readonly from: number
  readonly to: number
}

const cases = new Set(['case', 'casez', 'casex'])

/** The index behind the statement that begins at an index (IEEE 1800-2017, clause 12, as far as designs use it). */
export function statementEnd(words: readonly Word[], at: number): number {
  const text = words[at]?.text ?? ''
  if (text === 'begin') return afterBlock(words, at)
  if (cases.has(text)) return afterPair(words, at, (word) => cases.has(word), 'endcase')
  if (text === 'if') {
    const end = statementEnd(words, afterGroup(words, at + 1))
    return words[end]?.text === 'else' ? statementEnd(words, end + 1) : end
  }
  if (['for', 'while', 'repeat'].includes(text)) return statementEnd(words, afterGroup(words, at + 1))
  if (text === '@') {
    const list = words[at + 1]?.text === '('
    return statementEnd(words, list ? afterGroup(words, at + 1) : at + 2)
  }
  if (/^(always(_comb|_ff|_latch)?|initial|unique0?|priority)$/.test(text)) return statementEnd(words, at + 1)
  let depth = 0
  for (let index = at; index < words.length; index++) {
    depth += nesting(words[index]!)
    if (depth < 0 || words[index]!.text === 'endmodule') return index
    if (depth === 0 && words[index]!.text === ';') return index + 1
  }
  return words.length
}

function afterPair(words: readonly Word[], at: number, opens: (text: string) => boolean, closes: string) {
  let depth = 0
  for (let index = at; index < words.length; index++) {
    if (opens(words[index]!.text)) depth++
    else if (words[index]!.text === closes && --depth === 0) return index + 1
  }
  return words.length
}

function afterBlock(words: readonly Word[], at: number): number {
  const end = afterPair(words, at, (word) => word === 'begin', 'end')
  return words[end]?.text === ':' ? end + 2 : end
}

/** A choice: its condition, what is done, and what else. */
export interface Choice {
  readonly at: number
  readonly condition: Span
  readonly then: Span
  /** Without the word `else`. */
  readonly otherwise: Span | undefined
}

export function choiceAt(words: readonly Word[], at: number): Choice | undefined {
  if (words[at]?.text !== 'if' || words[at + 1]?.text !== '(') return undefined
  const from = afterGroup(words, at + 1)
  const then = { from, to: statementEnd(words, from) }
  const otherwise =
    words[then.to]?.text === 'else' ? { from: then.to + 1, to: statementEnd(words, then.to + 1) } : undefined
  return { at, condition: { from: at + 2, to: from - 1 }, then, otherwise }
}

/** The statements between `begin` at an index and its `end`. */
export function statementsIn(words: readonly Word[], begin: number): Span[] {
  const found: Span[] = []
  let from = words[begin + 1]?.text === ':' ? begin + 3 : begin + 1
  while (from < words.length && words[from]!.text !== 'end') {
    const to = statementEnd(words, from)
    if (to <= from) break
    found.push({ from, to })
    from = to
  }
  return found
}

/** An arm of a case: the words before its colon, and what is done. */
export interface Arm {
  readonly label: Span
  readonly body: Span
}

export function armsIn(words: readonly Word[], at: number): Arm[] {
  const found: Arm[] = []
  let from = afterGroup(words, at + 1)
  while (from < words.length && words[from]!.text !== 'endcase') {
    let colon = from
    for (let depth = 0; colon < words.length; colon++) {
      depth += nesting(words[colon]!)
      if (depth === 0 && words[colon]!.text === ':') break
    }
    const body = { from: colon + 1, to: statementEnd(words, colon + 1) }
    if (body.to <= body.from || colon >= words.length) break
    found.push({ label: { from, to: colon }, body })
    from = body.to
  }
  return found
}

export function isCase(word: Word): boolean {
  return cases.has(word.text)
}
