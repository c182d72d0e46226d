import type { Token } from './tokens.ts'

/** Words before a colon or a block that label nothing. */
const noLabels = new Set(['default', 'begin', 'fork', 'end', 'else'])

/** Whether a name is the port in a named connection: `.clk(…)` or `.clk,` in a list. */
export function isConnection(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 2]?.text
  return tokens[index - 1]?.text === '.' && (before === '(' || before === ',')
}

/** Indexes of the names that begin a hierarchical path or a member access: `tb.good1`, `g[0].b`. */
export function pathStarts(tokens: readonly Token[]): number[] {
  const closing = closingBrackets(tokens)
  const found: number[] = []
  tokens.forEach(({ kind }, index) => {
    if (kind !== 'name' || tokens[index - 1]?.text === '.') return
    let next = index + 1
    while (tokens[next]?.text === '[' && closing[next] !== 0) next = closing[next]! + 1
    if (tokens[next]?.text === '.' && tokens[next + 1]?.kind === 'name') found.push(index)
  })
  return found
}

/** For each `[` the index of its `]`; 0 where it has none. Found in one pass: hostile text nests deeply. */
function closingBrackets(tokens: readonly Token[]): Uint32Array {
  const closing = new Uint32Array(tokens.length)
  const open: number[] = []
  tokens.forEach(({ text }, index) => {
    if (text === '[') open.push(index)
    else if (text === ']' && open.length > 0) closing[open.pop()!] = index
  })
  return closing
}

/** What `disable` may name: tasks, functions and named blocks, with the index of the token that declares each. */
export function blockNames(tokens: readonly Token[]): { readonly name: string; readonly index: number }[] {
  const found: { name: string; index: number }[] = []
  const add = (index: number) => {
    const token = tokens[index]
    if (token?.kind === 'name' && !noLabels.has(token.text)) found.push({ name: token.text, index })
  }
  const closing = closingBrackets(tokens)
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'name') return
    if (text === 'begin' || text === 'fork') {
      if (tokens[index + 1]?.text === ':') add(index + 2)
      if (tokens[index - 1]?.text === ':') add(index - 2)
    } else if (text === 'task' || text === 'function') add(routineName(tokens, index, closing))
  })
  return found
}

/** The name of a task or function stands before its arguments or its semicolon, after any type with its range. */
function routineName(tokens: readonly Token[], index: number, closing: Uint32Array): number {
  let next = index + 1
  while (next < tokens.length && !['(', ';', 'task', 'function'].includes(tokens[next]!.text))
    next = Math.max(next, closing[next]!) + 1
  return next - 1
}
