/** A text without what Lean does not read: comments and strings are blanks, at the same places. */
export type Blanked =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string }

const blanks = (text: string) => text.replace(/[^\n]/g, ' ')

/** Blanks comments (nested), strings (raw ones too) and characters. Says what does not end. */
export function blanked(text: string): Blanked {
  let out = ''
  let at = 0
  const skip = (end: number) => {
    out += blanks(text.slice(at, end))
    at = end
  }
  while (at < text.length) {
    if (text.startsWith('--', at)) {
      const end = text.indexOf('\n', at)
      skip(end < 0 ? text.length : end)
    } else if (text.startsWith('/-', at)) {
      const end = endOfComment(text, at)
      if (end < 0) return { ok: false, message: 'a comment "/-" does not end' }
      skip(end)
    } else if (text[at] === '"') {
      const end = endOfString(text, at)
      if (end < 0) return { ok: false, message: 'a string does not end' }
      skip(end)
    } else if (
      text[at] === 'r' &&
      !/[\p{L}\p{N}_'!?.]/u.test(text[at - 1] ?? ' ') &&
      /^r#*"/.test(text.slice(at, at + 64))
    ) {
      const hashes = /^r(#*)"/.exec(text.slice(at, at + 64))![1]!
      const end = text.indexOf(`"${hashes}`, at + hashes.length + 2)
      if (end < 0) return { ok: false, message: 'a string does not end' }
      skip(end + 1 + hashes.length)
    } else if (text[at] === "'" && !/[\p{L}\p{N}_'!?₀-₉]/u.test(text[at - 1] ?? ' ')) {
      const character = /^'(?:\\(?:x..|u....|.)|[^\\'])'/su.exec(text.slice(at, at + 12))?.[0]
      if (character === undefined) out += text[at++]
      else skip(at + character.length)
    } else out += text[at++]
  }
  return { ok: true, text: out }
}

function endOfComment(text: string, start: number): number {
  const marks = /\/-|-\//g
  marks.lastIndex = start
  let depth = 0
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    depth += mark[0] === '/-' ? 1 : -1
    if (depth === 0) return mark.index + 2
  }
  return -1
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return -1
}

/** The end of the imports at the beginning of a file, comments among them included; 0 where there are none. */
export function headerEnd(plain: string): number {
  const line = /\s*(?:(?:module|prelude)\b|(?:(?:public|private|meta)\s+)*import\s+(?:all\s+)?[^\s]+)/uy
  let end = 0
  for (let found = line.exec(plain); found; found = line.exec(plain)) end = line.lastIndex
  return end
}

/** Imports and what comes behind them. Imports of several texts go together to the front. */
export function splitHeader(text: string): { readonly header: string; readonly rest: string } {
  const plain = blanked(text)
  const end = plain.ok ? headerEnd(plain.text) : 0
  return {
    header: text.slice(0, end).trim(),
    rest: text
      .slice(end)
      .replace(/^\s*\n/, '')
      .trimEnd(),
  }
}

/** Texts one behind the other as one file: their imports first, each once. */
export function joined(texts: readonly string[]): string {
  const parts = texts.map(splitHeader)
  const imports = [...new Set(parts.flatMap(({ header }) => header.split('\n')).map((line) => line.trim()))]
  const headers = imports.filter((line) => line !== '').join('\n')
  const rests = parts.map(({ rest }) => rest).filter((rest) => rest.trim() !== '')
  return [...(headers === '' ? [] : [headers]), ...rests].join('\n\n')
}

/** The namespaces that are open at the end of a text. */
export function namespaceAt(text: string): string[] {
  const plain = blanked(text)
  const open: { readonly name: string; readonly counts: boolean }[] = []
  const line = /^[ \t]*(?:(?:public|noncomputable)\s+)*(namespace|section|mutual|end)\b[ \t]*([^\s]*)/gmu
  for (const [, word, name = ''] of (plain.ok ? plain.text : '').matchAll(line)) {
    if (word === 'end') open.pop()
    else open.push({ name, counts: word === 'namespace' })
  }
  return open.filter(({ counts }) => counts).map(({ name }) => name)
}
