import { type Lexed, replaceTokens, type Token } from '../tokens.ts'

/** Blocks as yosys takes them: it refuses an `always_comb` that infers a latch, where Icarus goes on. */
const blocks = new Map([
  ['always_comb', 'always @*'],
  ['always_latch', 'always @*'],
  ['always_ff', 'always'],
])
/** yosys makes don't-cares of the cases that these promise away; a simulator does not. */
const promises = new Set(['unique', 'unique0', 'priority'])
/** Widths of the integer types (IEEE 1800-2017, table 6-8); all of them are signed. */
const integers = new Map([
  ['byte', 8],
  ['shortint', 16],
  ['int', 32],
  ['integer', 32],
  ['longint', 64],
])

export interface FrontendOptions {
  /**
   * Reads `===` as `==`, which is X where either side is: a simulator tells X from Z and yosys does not, so that a
   * design could look at what it is running in. Only for the side of which X is held against it.
   */
  readonly blindToUnknown?: boolean
}

/**
 * SystemVerilog as yosys reads it, with the meaning that the simulator gives it: no comments and attributes (yosys
 * obeys some), no promises about cases, latches where they are inferred, casts to types by their widths and signs,
 * plain names for escaped ones (to yosys `\u.x ` and `u.x` are the same).
 */
export function forYosys(lexed: Lexed, { blindToUnknown = false }: FrontendOptions = {}): string {
  const { tokens } = lexed
  const types = typesOf(tokens)
  const dropped = attributeTokens(tokens)
  const prefix = freePrefix(tokens)
  /** Brackets that a cast closes, and how often. */
  const closed = new Map<number, number>()
  return replaceTokens(lexed.text, tokens, (token, index) => {
    if (dropped.has(index)) return ''
    const more = closed.get(index)
    if (more !== undefined) return ')'.repeat(more + 1)
    if (blindToUnknown && token.text === '=' && tokens[index - 1]?.text === '=') {
      const [first, second] = [tokens[index - 2], tokens[index - 1]!]
      const joined = second.end === token.start && first?.end === second.start
      if (joined && (first.text === '=' || first.text === '!')) return ''
    }
    if (token.kind !== 'name') return undefined
    if (lexed.text[token.start] === '\\') return plainName(token.text, prefix)
    if (isCast(tokens, index)) {
      const cast = castOf(token.text, types)
      const last = cast === undefined ? -1 : closing(tokens, index + 2)
      if (cast === undefined || last === -1) return undefined
      closed.set(last, (closed.get(last) ?? 0) + 1)
      return cast
    }
    if (promises.has(token.text)) return ''
    return blocks.get(token.text)
  })
}

/** An escaped name keeps its escape where it could be written without one. */
function plainName(name: string, prefix: string): string | undefined {
  if (/^[A-Za-z_][A-Za-z0-9_$]*$/.test(name)) return undefined
  return `${prefix}${Buffer.from(name).toString('hex')} `
}

/** What no name in the design begins with. */
function freePrefix(tokens: readonly Token[]): string {
  let prefix = 'escaped_'
  while (tokens.some(({ text }) => text.startsWith(prefix))) prefix += '_'
  return prefix
}

/** Whether a name stands before `'(`. */
function isCast(tokens: readonly Token[], index: number): boolean {
  const quote = tokens[index + 1]
  return (
    tokens[index]?.kind === 'name' &&
    quote?.text === "'" &&
    tokens[index + 2]?.text === '(' &&
    quote.start === tokens[index]!.end
  )
}

interface Type {
  readonly width: number
  readonly signed: boolean
}

/**
 * What opens a cast, up to the quote; one bracket more closes it. Undefined where the cast stays as it is: to a width
 * that is a parameter, to a sign, and to a type whose width is not written in numbers, which yosys refuses.
 */
function castOf(name: string, types: ReadonlyMap<string, Type | undefined>): string | undefined {
  const width = integers.get(name)
  const type = types.get(name) ?? (width === undefined ? undefined : { width, signed: true })
  return type && `${type.signed ? '$signed' : '$unsigned'}(${type.width}`
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.text === '(') depth++
    else if (tokens[index]!.text === ')' && --depth === 0) return index
  }
  return -1
}

/**
 * `typedef enum logic [3:0] {…} name;` and `typedef logic [3:0] name;`, where the range is written in numbers.
 * Undefined for a name that is declared in two ways.
 */
function typesOf(tokens: readonly Token[]): Map<string, Type | undefined> {
  const types = new Map<string, Type | undefined>()
  tokens.forEach(({ text }, index) => {
    if (text !== 'typedef') return
    let end = index + 1
    for (let depth = 0; end < tokens.length; end++) {
      if (tokens[end]!.text === '{') depth++
      else if (tokens[end]!.text === '}') depth--
      else if (tokens[end]!.text === ';' && depth === 0) break
    }
    const name = tokens[end - 1]
    if (name === undefined) return
    const brace = tokens.findIndex((token, at) => at > index && at < end && token.text === '{')
    const head = tokens.slice(index + 1, brace === -1 ? end - 1 : brace).map((token) => token.text)
    const type = typeOf(head.join(' '))
    const known = types.get(name.text)
    const same = known?.width === type?.width && known?.signed === type?.signed
    types.set(name.text, !types.has(name.text) || same ? type : undefined)
  })
  return types
}

function typeOf(head: string): Type | undefined {
  const vector = /^(?:enum )?(?:logic|reg|bit)(?: ((?:un)?signed))?(?: \[ (\d+) : (\d+) \])?$/.exec(head)
  if (vector !== null)
    return {
      width: vector[2] === undefined ? 1 : Math.abs(Number(vector[2]) - Number(vector[3])) + 1,
      signed: vector[1] === 'signed',
    }
  return /^enum(?: int)?$/.test(head) ? { width: 32, signed: true } : undefined
}

/** Tokens of `(* … *)`; `@(*)` is none. */
function attributeTokens(tokens: readonly Token[]): Set<number> {
  const dropped = new Set<number>()
  for (let index = 0; index < tokens.length; index++) {
    if (tokens[index]!.text !== '(' || tokens[index + 1]?.text !== '*' || tokens[index + 2]?.text === ')')
      continue
    let last = index + 2
    while (last < tokens.length && !(tokens[last]!.text === ')' && tokens[last - 1]!.text === '*')) last++
    for (; index <= last && index < tokens.length; index++) dropped.add(index)
    index--
  }
  return dropped
}
