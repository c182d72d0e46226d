import type { Token } from './tokens.ts'

/** Words before a colon or a block that label nothing. */
const noLabels = new Set(['default', 'begin', 'fork', 'end', 'else'])

/** Whether a name is the port in a named connection: `.clk(…)` or `.clk,` in a list. */
export function isConnection(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 2]?.text
  return tokens[index - 1]?.text === '.' && (before === '(' || before === ',')
}

/** Whether a name begins a hierarchical path or a member access: `tb.good1`, `g[0].b`. */
export function startsPath(tokens: readonly Token[], index: number): boolean {
  if (tokens[index]!.kind !== 'name' || tokens[index - 1]?.text === '.') return false
  let next = index + 1
  while (tokens[next]?.text === '[') next = afterBracket(tokens, next)
  return tokens[next]?.text === '.' && tokens[next + 1]?.kind === 'name'
}

function afterBracket(tokens: readonly Token[], open: number): number {
  let depth = 0
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.text === '[') depth++
    else if (tokens[index]!.text === ']') depth--
    if (depth === 0) return index + 1
  }
  return tokens.length
}

/** What `disable` may name: tasks, functions and named blocks, with the index of the token that declares each. */
export function blockNames(tokens: readonly Token[]): { readonly name: string; readonly index: number }[] {
  const found: { name: string; index: number }[] = []
  const add = (index: number) => {
    const token = tokens[index]
    if (token?.kind === 'name' && !noLabels.has(token.text)) found.push({ name: token.text, index })
  }
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'name') return
    if (text === 'begin' || text === 'fork') {
      if (tokens[index + 1]?.text === ':') add(index + 2)
      if (tokens[index - 1]?.text === ':') add(index - 2)
    } else if (text === 'task' || text === 'function') add(routineName(tokens, index))
  })
  return found
}

/** The name of a task or function stands before its arguments or its semicolon, after any type with its range. */
function routineName(tokens: readonly Token[], index: number): number {
  let next = index + 1
  while (next < tokens.length && tokens[next]!.text !== '(' && tokens[next]!.text !== ';')
    next = tokens[next]!.text === '[' ? afterBracket(tokens, next) : next + 1
  return next - 1
}
