import { type Reply, readReply } from './replies.ts'

/** What came from the REPL, in order: replies, and what Lean's code printed beside them. */
export type Piece =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'noise'; readonly text: string }

/** How many beginnings of a reply are tried in a block that has something else before it; each may be read to its end. */
const mostBeginnings = (characters: number) => (characters > 2 ** 20 ? 2 : 64)
/** A reply begins with one of its fields; which comes first differs. */
const beginning =
  /\{\s*"(?:env|message|messages|sorries|tactics|infotree|proofState|proofStatus|goals|traces)"\s*:/g

/**
 * Takes the REPL's output apart. A reply is a JSON object over several lines, ended by a blank line; JSON has no line
 * breaks within strings, so that no reply has a blank line in it. What is printed while a request is worked on comes
 * before its reply, with or without a line's end between them.
 */
export class ReplyReader {
  readonly #decoder = new TextDecoder()
  /** What has come since the last blank line. */
  #parts: string[] = []
  #last = ''

  push(chunk: Uint8Array): Piece[] {
    const text = this.#decoder.decode(chunk, { stream: true })
    const pieces: Piece[] = []
    // A blank line may have come in two halves.
    const rest = this.#last + text
    if (this.#last !== '') this.#parts.pop()
    let at = 0
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n', at)) {
      if (end > at || this.#parts.length > 0) {
        this.#parts.push(rest.slice(at, end))
        pieces.push(...piecesOf(this.#parts.join('')))
        this.#parts = []
      }
      at = end + 2
      while (rest[at] === '\n') at++
    }
    this.#last = rest.length > at && rest.endsWith('\n') ? '\n' : ''
    if (rest.length - this.#last.length > at)
      this.#parts.push(rest.slice(at, rest.length - this.#last.length))
    if (this.#last !== '') this.#parts.push(this.#last)
    return pieces
  }
}

function piecesOf(block: string): Piece[] {
  if (block.trim() === '') return []
  let tried = 0
  for (const { index } of block.matchAll(beginning)) {
    if (++tried > mostBeginnings(block.length)) break
    const reply = replyIn(block.slice(index))
    if (!reply) continue
    const before = block.slice(0, index).trim()
    return [...(before === '' ? [] : [{ kind: 'noise', text: before } as const]), { kind: 'reply', reply }]
  }
  return [{ kind: 'noise', text: block.trim() }]
}

function replyIn(text: string): Reply | undefined {
  try {
    return isDeep(text) ? undefined : readReply(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Reading what is nested without an end takes long, and no reply is. */
function isDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = text.indexOf('"', at + 1)
      while (at > 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
      if (at < 0) return false
    } else if (code === brace || code === bracket) {
      if (++depth > deepest) return true
    } else if (code === brace + 2 || code === bracket + 2) depth--
  }
  return false
}

const [quote, brace, bracket] = [0x22, 0x7b, 0x5b]
const deepest = 1000

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
