/**
 * The lexical grammar of SystemVerilog (IEEE 1800-2017, clause 5) as far as the rules need it: what is a name, a
 * system name, a directive, a string, a comment. Everything a rule decides is decided on tokens, so that a comment
 * that mentions the testbench is no cheat and `\tb .x` is. Where two readings are possible the text is refused,
 * because a compiler that read it the other way would see code that the rules did not.
 */
export type TokenKind = 'name' | 'system' | 'directive' | 'string' | 'number' | 'mark'

export interface Token {
  readonly kind: TokenKind
  /** Names without the escape: `\tb ` and `tb` are the same. System names and directives with `$` and `` ` ``. */
  readonly text: string
  readonly line: number
  /** Offsets in the source, end exclusive. */
  readonly start: number
  readonly end: number
}

/** Why a text cannot be read as tokens. */
export interface LexicalProblem {
  readonly line: number
  readonly message: string
}

export interface Lexed {
  readonly tokens: readonly Token[]
  /** The source with every comment blanked out; lines stay where they are. */
  readonly text: string
  readonly problem?: LexicalProblem
}

// In the order of the groups below; one of them always matches.
const kinds = [
  'space',
  'comment',
  'string',
  'escaped',
  'directive',
  'system',
  'name',
  'number',
  'mark',
] as const
type Kind = (typeof kinds)[number]
const patterns: Readonly<Record<Kind, RegExp>> = {
  space: /[ \t\r\n\f]+/,
  comment: /\/\/[^\n]*|\/\*[\s\S]*?\*\//,
  string: /"[^"\\\n]*(?:\\[\s\S][^"\\\n]*)*"/,
  escaped: /\\[^ \t\r\n\f\b]+/,
  directive: /`[A-Za-z_][A-Za-z0-9_$]*/,
  system: /\$[A-Za-z0-9_$]+/,
  name: /[A-Za-z_][A-Za-z0-9_$]*/,
  number:
    /'[sS]?[bB][ \t]*[01xXzZ?_]+|'[sS]?[oO][ \t]*[0-7xXzZ?_]+|'[sS]?[dD][ \t]*(?:[0-9_]+|[xXzZ?]_*)|'[sS]?[hH][ \t]*[0-9a-fA-FxXzZ?_]+|'[01xXzZ]|[0-9][0-9_]*(?:\.[0-9][0-9_]*)?(?:[eE][+-]?[0-9][0-9_]*)?(?:[munpf]?s\b)?/,
  mark: /[\s\S]/,
}
const pattern = new RegExp(kinds.map((kind) => `(${patterns[kind].source})`).join('|'), 'y')
const plainName = /^[A-Za-z_][A-Za-z0-9_$]*$/
// What netlist tools write; nothing that another program's string or comment could end or begin with.
const netlistName = /^[A-Za-z0-9_$.:[\]<>+-]+$/

/** Reads all tokens; stops at the first character that no token starts with, an open comment or an open string. */
export function tokenize(source: string): Lexed {
  const tokens: Token[] = []
  const text: string[] = []
  let line = 1
  let start = 0
  let copied = 0
  while (start < source.length) {
    pattern.lastIndex = start
    const found = pattern.exec(source)!
    const raw = found[0]
    const end = start + raw.length
    let group = 1
    while (found[group] === undefined) group++
    const kind = kinds[group - 1]!
    const message = problemOf(kind, raw, source, start)
    if (message !== undefined) return { tokens, text: text.join(''), problem: { line, message } }
    if (kind === 'comment') {
      text.push(source.slice(copied, start), raw.replace(/[^\n]/g, ' '))
      copied = end
    }
    if (kind === 'escaped') tokens.push({ kind: 'name', text: raw.slice(1), line, start, end })
    else if (kind !== 'space' && kind !== 'comment') tokens.push({ kind, text: raw, line, start, end })
    if (kind === 'space' || kind === 'comment' || kind === 'string')
      for (let at = raw.indexOf('\n'); at !== -1; at = raw.indexOf('\n', at + 1)) line++
    start = end
  }
  text.push(source.slice(copied))
  return { tokens, text: text.join('') }
}

function problemOf(kind: Kind, raw: string, source: string, start: number): string | undefined {
  if (kind === 'number' && /[A-Za-z0-9_$]/.test(source[start + raw.length] ?? ''))
    return `write a space after the number ${raw}`
  if (kind === 'escaped' && !plainName.test(raw.slice(1)) && !netlistName.test(raw.slice(1)))
    return 'an escaped identifier with characters other than letters, digits and _ $ . : [ ] < > + -'
  if (kind !== 'mark') return undefined
  if (raw === '"') return 'a string that does not end'
  if (raw === '/' && source[start + 1] === '*') return 'a comment that does not end'
  if (raw < '!' || raw > '~') {
    const code = raw.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return `character U+${code} outside a comment or string`
  }
  return undefined
}

/** The source with some tokens replaced; everything between them stays as it is. */
export function replaceTokens(
  source: string,
  tokens: readonly Token[],
  replacement: (token: Token, index: number) => string | undefined,
): string {
  const parts: string[] = []
  let position = 0
  tokens.forEach((token, index) => {
    const text = replacement(token, index)
    if (text === undefined) return
    parts.push(source.slice(position, token.start), text)
    position = token.end
  })
  parts.push(source.slice(position))
  return parts.join('')
}
