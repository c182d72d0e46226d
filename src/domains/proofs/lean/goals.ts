import type { Goal, Hypothesis } from '../prover.ts'

/** Characters of one hypothesis or conclusion that are shown, and of a goal altogether. */
const itemBound = 10_000
const goalBound = 100_000

export function cut(text: string, bound: number): string {
  if (text.length <= bound) return text
  return `${text.slice(0, bound).toWellFormed()} … (${text.length - bound} more characters)`
}

/**
 * Reads a goal as Lean prints it: `case` and its name, hypotheses, then `⊢` and the conclusion (`|` while a term is
 * converted). What is indented belongs to the line above, whatever stands in it. A text in another form becomes a
 * conclusion as it is.
 */
export function goalOf(text: string): Goal {
  const items = itemsOf(text)
  const named = /^case ([^\n]*)$/u.exec(items[0] ?? '')?.[1]
  if (named !== undefined) items.shift()
  const marked = items.findIndex((item) => item.startsWith('⊢'))
  const end = marked < 0 ? items.findIndex((item) => item.startsWith('|')) : marked
  if (end < 0)
    return {
      ...(named !== undefined && { name: named }),
      hypotheses: [],
      conclusion: shown(items.join('\n')),
    }
  const hypotheses: Hypothesis[] = []
  let left = goalBound
  for (const item of items.slice(0, end)) {
    if (left <= 0) break
    left -= item.length
    hypotheses.push(hypothesisOf(item))
  }
  const conclusion = [items[end]!.slice(1), ...items.slice(end + 1)].join('\n')
  return { ...(named !== undefined && { name: named }), hypotheses, conclusion: shown(conclusion) }
}

/** Lines with what is indented below them. */
function itemsOf(text: string): string[] {
  const items: string[] = []
  for (const line of text.split('\n')) {
    if (items.length > 0 && /^\s/.test(line)) items.push(`${items.pop()}\n${line}`)
    else if (line !== '') items.push(line)
  }
  return items
}

function hypothesisOf(item: string): Hypothesis {
  const colon = colonAt(item)
  if (colon < 0) return { names: [], type: shown(item) }
  const names = item.slice(0, colon).match(/«[^»]*»[^\s]*|\S+/gu) ?? []
  const rest = item.slice(colon + 1)
  const at = bodyAt(rest)
  if (at < 0) return { names, type: shown(rest) }
  return { names, type: shown(rest.slice(0, at)), body: shown(rest.slice(at + 2)) }
}

/** The colon behind the names, which stands alone; a name in `«»` may have one of its own. */
function colonAt(item: string): number {
  let quoted = false
  for (let at = 0; at < item.length; at++) {
    if (item[at] === '«') quoted = true
    else if (item[at] === '»') quoted = false
    else if (!quoted && item[at] === ':' && /\s/.test(item[at - 1] ?? 'x') && /\s/.test(item[at + 1] ?? ' '))
      return at
  }
  return -1
}

const opens = '([{⟨⦃⟦'
const closes = ')]}⟩⦄⟧'

/** Where a definition's value begins: the first `:=` outside brackets, and outside of `let` and `have` in the type. */
function bodyAt(text: string): number {
  let depth = 0
  let bound = 0
  let closing = true
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '"') {
      // Behind a string without an end no other is looked for, lest each of many is read to the text's end.
      const end: number = closing ? endOfString(text, at) : -1
      closing = end >= 0
      at = Math.max(at, end)
      continue
    }
    if (opens.includes(character)) depth++
    else if (closes.includes(character)) depth--
    else if (
      depth === 0 &&
      /^(?:let|have|let_fun)\b/.test(text.slice(at, at + 8)) &&
      !/[\w.']/.test(text[at - 1] ?? ' ')
    )
      bound++
    else if (depth === 0 && text.startsWith(':=', at)) {
      if (bound === 0) return at
      bound--
    }
  }
  return -1
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return -1
}

/** Lines that Lean broke for its width become one, unless line breaks may mean something in them. */
function shown(text: string): string {
  const plain = text.trim()
  if (/\b(?:let|have|let_fun|match|fun|do|by|calc|if)\b|:=|"/u.test(plain)) return cut(plain, itemBound)
  const lines = plain.split('\n').map((line) => line.trim())
  return cut(lines.filter((line) => line !== '').join(' '), itemBound)
}
