const blank = /\s+|--[^\n]*/y
const word = /(?:module|prelude)(?![\w.])/y
const statement =
  /(?:(?:public|private|meta)\s+)*import\s+(?:(?:all|runtime)\s+)?((?:«[^»\n]+»|[\p{L}_][\p{L}\p{N}_!?'₀-₉]*)(?:\.(?:«[^»\n]+»|[\p{L}_][\p{L}\p{N}_!?'₀-₉]*))*)/uy

/** The modules that a Lean file's header imports, by name; what comes behind the header is not read. */
export function importsOf(text: string): string[] {
  const found: string[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match
  }
  for (;;) {
    if (take(blank)) continue
    if (text.startsWith('/-', at)) {
      at = afterComment(text, at)
      continue
    }
    if (take(word)) continue
    const name = take(statement)?.[1]
    if (name === undefined) return found
    found.push(name.replaceAll(/[«»]/g, ''))
  }
}

/** Comments nest. */
function afterComment(text: string, start: number): number {
  let depth = 0
  const marks = /\/-|-\//g
  marks.lastIndex = start
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/-' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return text.length
}
