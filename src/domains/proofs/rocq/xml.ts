/** An element of an answer. Markup inside `richpp` is gone: its text is all that is kept. */
export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Element[]
  text: string
}

/** What the prover wrote is not its protocol: nothing that it says can be trusted any more. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** What is read is bounded: characters of one answer, and how deep its elements nest. */
export interface Bounds {
  readonly characters: number
  readonly depth: number
}

const defaultBounds: Bounds = { characters: 64 * 1024 ** 2, depth: 1000 }
const roots: ReadonlySet<string> = new Set(['value', 'feedback', 'ltac_debug_answer'])

/**
 * Reads the stream of answers of `coqidetop`, as far as its printer writes them (`ide/coqide/protocol/xml_printer.ml`).
 * It is not XML that a library would take: there is no root element, `&nbsp;` is declared nowhere, `&#` stands for itself,
 * a quote in an attribute is escaped by a backslash, and a plain space is no text. Plain lines between answers are
 * skipped: plug-ins print them.
 */
export class AnswerReader {
  readonly #decoder = new TextDecoder()
  readonly #bounds: Bounds
  readonly #open: Element[] = []
  /** Inside `richpp`: the tags that are open there. */
  readonly #markup: string[] = []
  #pending = ''
  #from = 0
  #characters = 0

  constructor(bounds: Bounds = defaultBounds) {
    this.#bounds = bounds
  }

  /** The answers that this piece completes. Throws `Malformed`. */
  push(chunk: Uint8Array): Element[] {
    const answers: Element[] = []
    this.#pending += this.#decoder.decode(chunk, { stream: true })
    this.#characters += chunk.byteLength
    let at = 0
    for (;;) {
      const tag = this.#pending.indexOf('<', Math.max(at, this.#from))
      if (tag < 0) {
        this.#from = this.#pending.length
        break
      }
      const end = tagEnd(this.#pending, tag)
      if (end < 0) {
        this.#from = tag
        break
      }
      this.#text(this.#pending.slice(at, tag))
      const done = this.#tag(this.#pending.slice(tag + 1, end - 1))
      at = end
      if (done) {
        answers.push(done)
        this.#characters = this.#pending.length - at
      }
    }
    this.#pending = this.#pending.slice(at)
    this.#from = Math.max(0, this.#from - at)
    if (this.#open.length === 0) {
      // Plain text between answers is nobody's.
      if (this.#from > 0) this.#pending = this.#pending.slice(this.#from)
      this.#from = 0
    }
    if (this.#characters > this.#bounds.characters)
      throw new Malformed(`an answer of the prover has more than ${this.#bounds.characters} characters`)
    return answers
  }

  #text(raw: string): void {
    const current = this.#open.at(-1)
    if (!current || raw === '') return
    current.text += unescaped(raw)
  }

  #tag(inside: string): Element | undefined {
    const closed = inside.endsWith('/')
    const body = closed ? inside.slice(0, -1) : inside
    if (this.#markup.length > 0) return this.#inMarkup(body, closed)
    if (body.startsWith('/')) return this.#close(body.slice(1))
    const name = /^[A-Za-z_][\w.-]*/.exec(body)?.[0]
    if (name === undefined || (this.#open.length === 0 && !roots.has(name))) {
      if (this.#open.length === 0) return undefined
      throw new Malformed(`"<${inside.slice(0, 100)}>" is no tag`)
    }
    const element = { tag: name, attributes: attributesOf(body.slice(name.length)), children: [], text: '' }
    this.#open.at(-1)?.children.push(element)
    if (closed) return this.#open.length === 0 ? element : undefined
    this.#open.push(element)
    if (this.#open.length > this.#bounds.depth)
      throw new Malformed(`an answer of the prover nests deeper than ${this.#bounds.depth} elements`)
    if (name === 'richpp') this.#markup.push(name)
    return undefined
  }

  #inMarkup(body: string, closed: boolean): undefined {
    if (closed) return
    if (!body.startsWith('/')) {
      this.#markup.push(/^[^\s]*/.exec(body)?.[0] ?? '')
      return
    }
    if (this.#markup.pop() !== body.slice(1)) throw new Malformed(`"<${body.slice(0, 100)}>" closes nothing`)
    if (this.#markup.length === 0) this.#open.pop()
  }

  #close(name: string): Element | undefined {
    const element = this.#open.pop()
    if (element?.tag !== name) {
      if (!element) return undefined
      throw new Malformed(`"</${name.slice(0, 100)}>" closes "${element.tag}"`)
    }
    return this.#open.length === 0 ? element : undefined
  }
}

/** The offset behind `>`; -1 where it has not come yet. Values of attributes may have one in them. */
function tagEnd(text: string, start: number): number {
  const end = text.indexOf('>', start)
  if (end < 0) return -1
  if (text.indexOf('"', start) < 0 || text.indexOf('"', start) > end) return end + 1
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '\\' && quoted) at++
    else if (character === '"') quoted = !quoted
    else if (character === '>' && !quoted) return at + 1
  }
  return -1
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {}
  if (text === '') return attributes
  for (const [, name, value] of text.matchAll(/([\w.-]+)="((?:[^"\\]|\\.)*)"/gs)) {
    if (name !== undefined && value !== undefined)
      attributes[name] = unescapedEntities(value.replace(/\\(.)/gs, '$1'))
  }
  return attributes
}

const entities: Readonly<Record<string, string>> = {
  nbsp: ' ',
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** A space of the text is always `&nbsp;`; a plain one only keeps two pieces apart. */
function unescaped(text: string): string {
  return unescapedEntities(text.includes(' ') ? text.replaceAll(' ', '') : text)
}

function unescapedEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(nbsp|lt|gt|amp|quot|apos);/g, (whole, name: string) => entities[name] ?? whole)
}

/** A text as it is sent. Lone surrogates and control characters are refused before, by `unsendable`. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? character)
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** What in a text cannot be sent, in words: control characters and halves of characters. Undefined where nothing is. */
export function unsendable(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const found = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Cs}/u.exec(text)
  if (!found) return undefined
  const code = found[0].codePointAt(0) ?? 0
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')} at ${found.index} cannot be in a sentence`
}
