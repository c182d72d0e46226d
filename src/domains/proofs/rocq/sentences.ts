/** A sentence of Rocq's language, as offsets into the text that it was read from. */
export interface Sentence {
  /** The sentence without the blanks and comments before it; its end (`.`) is in it. */
  readonly text: string
  /** UTF-16 offsets: `[start, end)`. */
  readonly start: number
  readonly end: number
  /** `open` has no end: the text stops within it, or within a string or comment of it. */
  readonly kind: 'sentence' | 'bullet' | 'brace' | 'open'
}

/** Most braces that mark one quotation. */
const most = 64

/**
 * Splits a text into sentences where Rocq's own lexer would (`parsing/cLexer.ml` of 8.16): a sentence ends at `.` or `...`
 * that blanks or the end follow; bullets and braces are sentences at a sentence's beginning only; comments nest and have
 * strings in them. Tokens that notations add and that end in a dot are not known here.
 */
export function* sentencesOf(text: string): Generator<Sentence> {
  let at = 0
  for (;;) {
    const start = skipBlanks(text, at)
    // A comment without an end: nothing can follow.
    if (start < 0) {
      const begun = afterSpace(text, at)
      yield { text: text.slice(begun), start: begun, end: text.length, kind: 'open' }
      return
    }
    if (start === text.length) return
    const sentence = sentenceAt(text, start)
    yield sentence
    if (sentence.kind === 'open') return
    at = sentence.end
  }
}

function sentenceAt(text: string, start: number): Sentence {
  const cut = (end: number, kind: Sentence['kind']): Sentence => ({
    text: text.slice(start, end),
    start,
    end,
    kind,
  })
  const first = text[start]
  if (first === '-' || first === '+' || first === '*') {
    let end = start
    while (text[end] === first) end++
    return cut(end, 'bullet')
  }
  if (first === '{' || first === '}') return cut(start + 1, 'brace')
  const brace = selectedBrace(text, start)
  if (brace > 0) return cut(brace, 'brace')
  let at = start
  while (at < text.length) {
    if (text[at] === '.') {
      let end = at
      while (text[end] === '.') end++
      const dots = end - at
      if (isBlank(text, end) && dots !== 2) return cut(end, 'sentence')
      at = end
      continue
    }
    const next = skipToken(text, at)
    if (next < 0) return cut(text.length, 'open')
    at = next
  }
  return cut(text.length, 'open')
}

/** `2:{`, `[name]: {`: the offset behind the brace, or 0. */
function selectedBrace(text: string, start: number): number {
  selector.lastIndex = start
  const found = selector.exec(text)
  if (!found) return 0
  let at = start + found[0].length
  for (const wanted of [':', '{']) {
    at = skipBlanks(text, at)
    if (at < 0 || text[at] !== wanted) return 0
    at++
  }
  return at
}

const selector =
  /(?:\d+(?:\s*-\s*\d+)?(?:\s*,\s*\d+(?:\s*-\s*\d+)?)*|\[\s*[\p{L}_][\p{L}\p{N}_'.]*\s*\]|all|par|!)/uy
const identifier = /[\p{L}_][\p{L}\p{N}_']*/uy

/** The offset behind the string, comment, quotation, name or character at `at`; -1 where it has no end. */
function skipToken(text: string, at: number): number {
  const character = text.charCodeAt(at)
  if (character === quote) return skipString(text, at)
  if (character === parenthesis && text.charCodeAt(at + 1) === star) return skipComment(text, at)
  if (!startsName(character)) return at + 1
  identifier.lastIndex = at
  const end = at + (identifier.exec(text)?.[0].length ?? 1)
  return text.startsWith(':{{', end) ? skipQuotation(text, end + 1) : end
}

/** `name:{{ … }}`, which may have whole sentences in it. */
function skipQuotation(text: string, start: number): number {
  let length = 0
  while (text[start + length] === '{' && length < most) length++
  const [opening, closing] = ['{'.repeat(length), '}'.repeat(length)]
  let depth = 0
  let at = start
  while (at < text.length) {
    if (text.startsWith(opening, at)) {
      depth++
      at += length
    } else if (text.startsWith(closing, at)) {
      at += length
      if (--depth === 0) return at
    } else at++
  }
  return -1
}

/** Strings escape a quote by doubling it, so that two strings stand there as far as their end is concerned. */
function skipString(text: string, start: number): number {
  return text.indexOf('"', start + 1) + 1 || -1
}

function skipComment(text: string, start: number): number {
  commentParts.lastIndex = start + 2
  for (let depth = 1; depth > 0; ) {
    const found = commentParts.exec(text)
    if (!found) return -1
    if (found[0] === '(*') depth++
    else if (found[0] === '*)') depth--
    else {
      const end = skipString(text, found.index)
      if (end < 0) return -1
      commentParts.lastIndex = end
    }
  }
  return commentParts.lastIndex
}

/** `(` before a star that also closes, as in `(*)`, opens: Rocq reads from the left. */
const commentParts = /\(\*|\*\)|"/g
const [quote, parenthesis, star] = [0x22, 0x28, 0x2a]

/** The offset of the first character at or behind `from` that is neither blank nor in a comment; -1 within a comment. */
export function skipBlanks(text: string, from: number): number {
  let at = from
  for (;;) {
    at = afterSpace(text, at)
    if (text.charCodeAt(at) !== parenthesis || text.charCodeAt(at + 1) !== star) return at
    at = skipComment(text, at)
    if (at < 0) return -1
  }
}

function afterSpace(text: string, from: number): number {
  let at = from
  while (at < text.length && isBlank(text, at)) at++
  return at
}

/** What Rocq's lexer calls blank, and the end. */
function isBlank(text: string, at: number): boolean {
  const character = text.charCodeAt(at)
  return (
    at >= text.length || character === 0x20 || character === 0x0a || character === 0x09 || character === 0x0d
  )
}

function startsName(character: number): boolean {
  return (
    (character >= 0x61 && character <= 0x7a) ||
    (character >= 0x41 && character <= 0x5a) ||
    character === 0x5f ||
    character > 0x7f
  )
}
