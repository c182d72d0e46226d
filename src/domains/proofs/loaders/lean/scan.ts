/** A theorem whose proof is `sorry`. */
export interface LeanHole {
  /** With the namespaces that are open. */
  readonly name: string
  /** Up to `:=`, which is not in it. */
  readonly statement: string
  /** Imports and what is in force at the theorem; defines nothing. */
  readonly prelude: string
  /** Everything before the theorem but for other holes, where that defines anything; else empty. */
  readonly context: string
  /** The doc comment, or the comment before it. */
  readonly informal: string
}

export interface LeanOther {
  readonly what: string
  readonly line: number
  readonly kind: 'not-a-theorem' | 'private'
}

export interface LeanScanned {
  readonly holes: readonly LeanHole[]
  readonly others: readonly LeanOther[]
  /** Modules that it imports. */
  readonly imports: readonly string[]
  /** A comment or string does not end. */
  readonly broken: boolean
}

const modifiers = String.raw`(?:(?:private|protected|noncomputable|nonrec|unsafe|partial|scoped|local|public)\s+|@\[[^\]]*\]\s*)*`
const keywords =
  'theorem|lemma|example|def|abbrev|instance|structure|class|inductive|axiom|opaque|open|namespace|section|end|variable|universe|set_option|attribute|notation3?|infix[lr]?|prefix|postfix|macro(?:_rules)?|syntax|elab(?:_rules)?|import|export|mutual|initialize|run_cmd|include|omit|alias|deriving|suppress_compilation|#[a-z_]+'
const command = new RegExp(String.raw`^${modifiers}(${keywords})(?![\p{L}\p{N}_'.])`, 'gmu')
const scoping =
  /^(?:open|namespace|section|end|variable|universe|set_option|include|omit|suppress_compilation)$/
const nameAfter = /^\s+([\p{L}\p{N}_'.«»₀-₉!?]+)/u

interface Command {
  readonly keyword: string
  readonly start: number
  readonly end: number
  /** Behind the keyword. */
  readonly inner: number
  readonly text: string
}

/**
 * Reads a Lean 4 file by the lines that begin its commands: nothing is run, and macros that make commands are not known.
 * Other holes are left out of what stands before a theorem.
 */
export function scanLean(text: string): LeanScanned {
  const { masked, broken } = mask(text)
  const commands = commandsIn(text, masked)
  const holes: LeanHole[] = []
  const others: LeanOther[] = []
  const imports: string[] = []
  const before: { text: string; role: 'import' | 'scope' | 'defines' }[] = []
  const scopes: { name: string; isNamespace: boolean }[] = []
  for (const [index, each] of commands.entries()) {
    const { keyword, start, end, inner } = each
    const code = masked.slice(start, end)
    const rest = masked.slice(inner, end)
    const name = nameAfter.exec(rest)?.[1]
    const isSection = keyword === 'section'
    const isTheorem = keyword === 'theorem' || keyword === 'lemma'
    if (keyword === 'import') {
      imports.push(...(rest.trim().split(/\s+/) ?? []))
      before.push({ text: each.text, role: 'import' })
    } else if (/\b(?:sorry|admit)\b/.test(code)) {
      const line = text.slice(0, start).split('\n').length
      const cut = isTheorem ? bodyAt(masked, inner, end) : -1
      const what = text.slice(start, end).split('\n')[0]!.slice(0, 100)
      if (cut < 0 || name === undefined) others.push({ what, line, kind: 'not-a-theorem' })
      else if (/\bprivate\b/.test(masked.slice(start, inner))) others.push({ what, line, kind: 'private' })
      else {
        const spaces = scopes.filter(({ isNamespace }) => isNamespace).map(({ name: space }) => space)
        const defines = before.some(({ role }) => role === 'defines')
        const outer = before.filter(({ role }) => role !== 'defines')
        const heads = outer.filter(({ role }) => role === 'import')
        const others = outer.filter(({ role }) => role === 'scope')
        holes.push({
          name: name.startsWith('_root_.') ? name.slice('_root_.'.length) : [...spaces, name].join('.'),
          statement:
            `${text.slice(start, inner).replace(/\blemma$/, 'theorem')}${text.slice(inner, cut)}`.trim(),
          prelude: [...heads, ...(defines ? [{ text: 'import Context' }] : []), ...others]
            .map(({ text: line }) => line)
            .join('\n'),
          context: defines ? before.map(({ text: line }) => line).join('\n\n') : '',
          informal: commentBefore(text.slice(commands[index - 1]?.end ?? 0, start)),
        })
      }
    } else {
      if (keyword === 'namespace' || isSection)
        for (const part of keyword === 'namespace' ? (name ?? '').split('.') : [name ?? ''])
          scopes.push({ name: part, isNamespace: keyword === 'namespace' })
      // `end A.B` ends as many as it names.
      if (keyword === 'end') scopes.length = Math.max(0, scopes.length - (name ?? '').split('.').length)
      const isScope = scoping.test(keyword) || /\b(?:local|scoped)\b/.test(masked.slice(start, inner))
      if (!keyword.startsWith('#')) before.push({ text: each.text, role: isScope ? 'scope' : 'defines' })
    }
  }
  return { holes, others, imports, broken }
}

/** The command from its first line to the one before the next command's comments. */
function commandsIn(text: string, masked: string): Command[] {
  const found = [...masked.matchAll(command)]
  return found.map((match, index) => {
    const until = found[index + 1]?.index ?? masked.length
    const end = match.index + masked.slice(match.index, until).trimEnd().length
    return {
      keyword: match[1]!,
      start: match.index,
      end,
      inner: match.index + match[0].length,
      text: text.slice(match.index, end),
    }
  })
}

const openers = '([{⟨⦃⟦'
const closers = ')]}⟩⦄⟧'

/** Where `:=` begins the proof: the last one where `sorry` is all that follows, else the first outside brackets. */
function bodyAt(masked: string, from: number, end: number): number {
  const code = masked.slice(from, end)
  const simple = /:=\s*(?:by\s+)?(?:sorry|admit)\s*$/.exec(code)
  if (simple) return from + simple.index
  let depth = 0
  for (let at = 0; at < code.length; at++) {
    const character = code[at]!
    if (openers.includes(character)) depth++
    else if (closers.includes(character)) depth--
    else if (depth === 0 && code.startsWith(':=', at)) {
      const line = code.slice(code.lastIndexOf('\n', at) + 1, at)
      if (!/\b(?:let|have|letI|haveI)\b/.test(line)) return from + at
    }
  }
  return -1
}

function commentBefore(gap: string): string {
  const start = gap.trimEnd().endsWith('-/') ? gap.lastIndexOf('/-') : -1
  if (start < 0) return ''
  return gap
    .slice(start)
    .replace(/^\/-[-!]?/, '')
    .replace(/-\/\s*$/, '')
    .trim()
    .slice(0, 4000)
}

/** The text with blanks for comments and strings, of the same length. Block comments nest. */
function mask(text: string): { masked: string; broken: boolean } {
  const parts: string[] = []
  const blank = (from: number, to: number) => parts.push(text.slice(from, to).replace(/[^\n]/g, ' '))
  const marks = /\/-|--|"|'\\?"'/g
  let at = 0
  for (let found = marks.exec(text); found; found = marks.exec(text)) {
    const start = found.index
    if (found[0].startsWith("'")) continue
    let end = -1
    if (found[0] === '--') end = text.indexOf('\n', start) < 0 ? text.length : text.indexOf('\n', start)
    else if (found[0] === '"') end = stringEnd(text, start)
    else end = commentEnd(text, start)
    parts.push(text.slice(at, start))
    blank(start, end < 0 ? text.length : end)
    if (end < 0) return { masked: parts.join(''), broken: true }
    at = end
    marks.lastIndex = end
  }
  parts.push(text.slice(at))
  return { masked: parts.join(''), broken: false }
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return -1
}

function commentEnd(text: string, start: number): number {
  const marks = /\/-|-\//g
  marks.lastIndex = start + 2
  for (let depth = 1; depth > 0; ) {
    const found = marks.exec(text)
    if (!found) return -1
    depth += found[0] === '/-' ? 1 : -1
  }
  return marks.lastIndex
}
