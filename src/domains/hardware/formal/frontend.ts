import { renameModules } from '../modules.ts'
import { type Lexed, replaceTokens, type Token, tokenize } from '../tokens.ts'

/** Blocks as yosys takes them: it refuses an `always_comb` that infers a latch, where Icarus goes on. */
const blocks = new Map([
  ['always_comb', 'always @*'],
  ['always_latch', 'always @*'],
  ['always_ff', 'always'],
])
/** yosys makes don't-cares of the cases that these promise away; a simulator does not. */
const promises = new Set(['unique', 'unique0', 'priority'])
const casts = new Map([
  ['signed', '$signed'],
  ['unsigned', '$unsigned'],
])
/** Widths of the integer types (IEEE 1800-2017, table 6-8). */
const integers = new Map([
  ['byte', 8],
  ['shortint', 16],
  ['int', 32],
  ['integer', 32],
  ['longint', 64],
])

/**
 * SystemVerilog as yosys reads it, with the meaning that the simulator gives it: no comments and attributes (yosys
 * obeys some), no promises about cases, latches where they are inferred, casts to types by their widths.
 */
export function forYosys(lexed: Lexed, names: ReadonlyMap<string, string> = new Map()): string {
  const widths = typeWidths(lexed.tokens)
  const dropped = attributeTokens(lexed.tokens)
  const { tokens } = lexed
  const text = replaceTokens(lexed.text, tokens, (token, index) => {
    if (dropped.has(index)) return ''
    if (token.kind !== 'name') return tokens[index - 1] && isCast(tokens, index - 1) ? '' : undefined
    if (isCast(tokens, index)) return castOf(token.text, widths)
    if (promises.has(token.text)) return ''
    return blocks.get(token.text)
  })
  return names.size === 0 ? text : renameModules(text, tokenize(text), names)
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

function castOf(name: string, widths: ReadonlyMap<string, number>): string {
  const width = widths.get(name) ?? integers.get(name)
  return casts.get(name) ?? (width === undefined ? '' : `${width}'`)
}

/** `typedef enum logic [3:0] {…} name;` and `typedef logic [3:0] name;`, where the range is written in numbers. */
function typeWidths(tokens: readonly Token[]): Map<string, number> {
  const widths = new Map<string, number>()
  tokens.forEach(({ text }, index) => {
    if (text !== 'typedef') return
    let end = index + 1
    for (let depth = 0; end < tokens.length; end++) {
      if (tokens[end]!.text === '{') depth++
      else if (tokens[end]!.text === '}') depth--
      else if (tokens[end]!.text === ';' && depth === 0) break
    }
    const name = tokens[end - 1]
    const brace = tokens.findIndex((token, at) => at > index && at < end && token.text === '{')
    const head = tokens.slice(index + 1, brace === -1 ? end - 1 : brace).map((token) => token.text)
    const range = /^(?:enum )?(?:logic|reg|bit) (?:(?:un)?signed )?\[ (\d+) : (\d+) \]$/.exec(head.join(' '))
    if (name === undefined) return
    if (range !== null) widths.set(name.text, Math.abs(Number(range[1]) - Number(range[2])) + 1)
    else if (/^(?:enum )?(?:logic|reg|bit)$/.test(head.join(' '))) widths.set(name.text, 1)
    else if (/^enum(?: int)?$/.test(head.join(' '))) widths.set(name.text, 32)
  })
  return widths
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
