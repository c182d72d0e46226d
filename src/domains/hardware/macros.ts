import type { Token } from './tokens.ts'

/**
 * The uses of a macro's own parameter as a directive: `` `x `` in the body of a macro with the parameter x stands
 * for any directive at all, whose name is then an argument.
 */
export function parametersAsDirectives(tokens: readonly Token[]): Token[] {
  const found: Token[] = []
  let parameters: ReadonlySet<string> = new Set()
  let bodyLine = 0
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]
    // A body goes on where its line ends in a backslash.
    if (before !== undefined && token.line > bodyLine)
      bodyLine = before.line === bodyLine && before.text === '\\' ? token.line : 0
    if (token.text === '`define' && token.kind === 'directive') {
      parameters = new Set(parametersOf(tokens, index + 1))
      bodyLine = token.line
    } else if (token.kind === 'directive' && bodyLine > 0 && parameters.has(token.text.slice(1)))
      found.push(token)
  })
  return found
}

/** The parameters of the macro with the name at an index: a parenthesis right behind the name opens them. */
function parametersOf(tokens: readonly Token[], name: number): string[] {
  if (tokens[name + 1]?.text !== '(' || tokens[name + 1]?.start !== tokens[name]?.end) return []
  const found: string[] = []
  for (let index = name + 2; index < tokens.length && tokens[index]!.kind !== 'directive'; index++) {
    if (tokens[index]!.text === ')') break
    if (tokens[index]!.kind === 'name') found.push(tokens[index]!.text)
  }
  return found
}
