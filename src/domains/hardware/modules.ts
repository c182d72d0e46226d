import { type Lexed, replaceTokens, type Token } from './tokens.ts'

export type Direction = 'input' | 'output' | 'inout'

/** Words that introduce a design unit whose name is global. */
const unitWords = new Set(['module', 'macromodule', 'package', 'interface', 'program', 'primitive', 'class'])

/** The tokens that name the modules, packages and other units that a source declares. */
export function declaredUnits(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'name' || !unitWords.has(token.text)) return
    let next = tokens[index + 1]
    if (next?.text === 'automatic' || next?.text === 'static') next = tokens[index + 2]
    if (next?.kind === 'name') found.push(next)
  })
  return found
}

/** Names of the instances of a module: `RefModule good1 (`, `RefModule #(…) good1 (`, `RefModule good1 [1:0] (`. */
export function instancesOf(tokens: readonly Token[], module: string): string[] {
  const found: string[] = []
  tokens.forEach((token, index) => {
    if (token.kind !== 'name' || token.text !== module) return
    let next = index + 1
    if (tokens[next]?.text === '#') next = afterBrackets(tokens, next + 1)
    if (tokens[next]?.kind === 'name' && ['(', '['].includes(tokens[next + 1]?.text ?? ''))
      found.push(tokens[next]!.text)
  })
  return found
}

function afterBrackets(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.text === '(') depth++
    else if (tokens[index]!.text === ')') depth--
    if (depth === 0) return index + 1
  }
  return tokens.length
}

/** Token indexes of `module` and `endmodule` of a module; undefined where the source does not have it. */
export function moduleRange(
  tokens: readonly Token[],
  name: string,
): { first: number; last: number } | undefined {
  const named = declaredUnits(tokens).find((token) => token.text === name)
  if (named === undefined) return undefined
  const first = tokens.indexOf(named) - 1
  const last = tokens.findIndex((token, index) => index > first && token.text === 'endmodule')
  return last === -1 ? undefined : { first, last }
}

/** The source with modules called by other names; strings, comments and named connections stay. */
export function renameModules(source: string, { tokens }: Lexed, names: ReadonlyMap<string, string>): string {
  return replaceTokens(source, tokens, (token, index) =>
    token.kind === 'name' && tokens[index - 1]?.text !== '.' ? names.get(token.text) : undefined,
  )
}

/** The source with two modules called by each other's name. Both ways, so that no name comes to stand for two things. */
export function swapModules(source: string, lexed: Lexed, one: string, other: string): string {
  return renameModules(
    source,
    lexed,
    new Map([
      [one, other],
      [other, one],
    ]),
  )
}

/**
 * The ports of a module by name, in order, read from its header (ANSI) or its body (the older style).
 * Undefined where the module is not there.
 */
export function portsOf(
  tokens: readonly Token[],
  module: string,
): ReadonlyMap<string, Direction> | undefined {
  const range = moduleRange(tokens, module)
  if (range === undefined) return undefined
  const ports = new Map<string, Direction>()
  let direction: Direction | undefined
  let depth = 0
  let inHeader = true
  let inRoutine = false
  for (let index = range.first; index < range.last; index++) {
    const { kind, text } = tokens[index]!
    if (text === 'function' || text === 'task') inRoutine = true
    else if (text === 'endfunction' || text === 'endtask') inRoutine = false
    if (inRoutine) continue
    if (text === '(' || text === '[' || text === '{') depth++
    else if (text === ')' || text === ']' || text === '}') depth--
    else if (text === ';') {
      inHeader = false
      direction = undefined
    } else if (text === 'input' || text === 'output' || text === 'inout') direction = text
    else if (kind === 'name' && direction !== undefined && depth === (inHeader ? 1 : 0)) {
      const next = tokens[index + 1]?.text
      if (next === ',' || next === ')' || next === ';' || next === '=') ports.set(text, direction)
    }
  }
  return ports
}

/** Ports of a module's header that stand for something of another name: `.load(p)`. */
export function renamedPorts(tokens: readonly Token[], module: string): Token[] {
  const found: Token[] = []
  let inHeader = false
  tokens.forEach((token, index) => {
    const { kind, text } = tokens[index - 1] ?? token
    if (
      token.kind === 'name' &&
      token.text === module &&
      kind === 'name' &&
      /^(macro)?module$|^(static|automatic)$/.test(text)
    )
      inHeader = true
    else if (token.text === ';') inHeader = false
    else if (inHeader && token.kind === 'name' && text === '.') found.push(token)
  })
  return found
}
