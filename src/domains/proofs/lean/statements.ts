import { blanked } from './text.ts'

/** A name in Lean: parts with dots between them, `«»` around what is no name otherwise. */
const namePart = "(?:«[^»\\n]+»|[\\p{L}_][\\p{L}\\p{N}_'!?₀-₉]*)"
const modifiers = '(?:@\\[[^\\]]*\\]\\s*|(?:private|protected|noncomputable|nonrec|public)\\s+)*'
const head = `${modifiers}(?:theorem|lemma)\\s+(${namePart}(?:\\.${namePart})*)(?=[\\s:({\\[⦃.])`
const heads = new RegExp(`^(?:/--[\\s\\S]*?-/\\s*)?${head}`, 'u')
const hole = /:=\s*(?:by\s+)?sorry\s*$/u
const openEnd = /:=\s*(?:by)?\s*$/u

/** What may be opened besides theorems: terms that are built by tactics. */
const others = new RegExp(
  `^(?:/--[\\s\\S]*?-/\\s*)?${modifiers}(?:example|(?:def|abbrev)\\s+(${namePart}(?:\\.${namePart})*))(?=[\\s:({\\[⦃.])`,
  'u',
)

/** What a statement declares: its name, none for an `example`; undefined where it declares nothing that can be proved. */
export function declaredIn(statement: string): { readonly name?: string } | undefined {
  const name = leanNameIn(statement)
  if (name !== undefined) return { name }
  const found = others.exec(statement.trim())
  return found ? { ...(found[1] !== undefined && { name: found[1] }) } : undefined
}

/** The name that a statement gives its theorem, or undefined where it is no statement. */
export function leanNameIn(statement: string): string | undefined {
  return heads.exec(statement.trim())?.[1]
}

/** A statement without the proof it ends with, where that is none: `:= by sorry`, `:= sorry`, `:= by`, `:=`. */
export function bareStatement(text: string): string {
  const plain = blanked(text)
  if (!plain.ok) return text.trim()
  const found = hole.exec(plain.text.trimEnd()) ?? openEnd.exec(plain.text.trimEnd())
  return (found ? text.slice(0, found.index) : text).trim()
}

/** A file's last theorem that has a hole for its proof. */
export interface StatedLean {
  readonly name: string
  readonly before: string
  /** With its attributes and its words, without a proof. */
  readonly statement: string
  /** What follows the hole: `end Namespace`. */
  readonly after: string
}

/** Reads a stub. Undefined where no theorem in it ends with `sorry`. */
export function statedIn(file: string): StatedLean | undefined {
  const plain = blanked(file)
  if (!plain.ok) return undefined
  const found = [...plain.text.matchAll(new RegExp(`^[ \\t]*${head}`, 'gmu'))].at(-1)
  if (!found) return undefined
  const end = /:=\s*(?:by\s+)?sorry\b/u.exec(plain.text.slice(found.index))
  if (!end) return undefined
  const before = file.slice(0, found.index)
  const words = before.slice(wordsAt(before))
  return {
    name: found[1]!,
    before: before.slice(0, before.length - words.length).trim(),
    statement: (words + file.slice(found.index, found.index + end.index)).trim(),
    after: file.slice(found.index + end.index + end[0].length).trim(),
  }
}

/** Where the doc comment begins that a text ends with; the text's end where there is none. */
function wordsAt(text: string): number {
  const end = text.trimEnd().length - 2
  if (!text.startsWith('-/', end)) return text.length
  const start = text.indexOf('/--', text.lastIndexOf('-/', end - 1) + 1)
  return start >= 0 && start + 3 <= end ? start : text.length
}
