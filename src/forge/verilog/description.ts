import { readInside, Unreadable } from '../../domains/security/loaders/disk.ts'
import type { Pile } from './files.ts'
import type { Plan } from './plan.ts'
import { type Found, isInstance, type Scanned } from './scan.ts'

/** Most characters of a description, and of what is said of one port. */
const maxText = 6000
const maxPortText = 200

/** What a source says of a module in words. All of it is somebody else's text. */
export interface Words {
  readonly text: string
  readonly ports: Readonly<Record<string, string>>
  readonly licence: string
}

/** The comments before a module, in its header, and right behind it. */
export function wordsOf(pile: Pile, file: string, found: Found): Words {
  const text = pile.texts.get(file) ?? ''
  const { tokens, modules } = pile.sources.get(file)!
  const before = modules.filter(({ last }) => last < found.first).at(-1)
  // A file's own head belongs to its only module as much as to its first.
  const head = gaps(text, tokens, before === undefined ? -1 : before.last, found.first)
  let end = found.first
  while (end < found.last && tokens[end]!.text !== ';') end++
  const behind = text.slice(tokens[end]?.end ?? 0, tokens[end + 1]?.start ?? 0).slice(0, 8 * maxText)
  // The comment on the line of the last port's parenthesis is that port's.
  const body = commentsIn(behind.replace(/^[^\n]*/, ''))
  const paragraphs = [...commentsIn(head), ...body]
  const whole = paragraphs.join('\n')
  return {
    text: meant(whole).slice(0, maxText),
    ports: portComments(text.slice(found.start, found.end), found),
    licence: /SPDX-License-Identifier:\s*([\w.+-]{2,40})/.exec(head)?.[1] ?? 'not stated',
  }
}

function gaps(
  text: string,
  tokens: readonly { start: number; end: number }[],
  from: number,
  to: number,
): string {
  const parts: string[] = []
  for (let index = from; index < to; index++)
    parts.push(text.slice(index < 0 ? 0 : tokens[index]!.end, tokens[index + 1]!.start))
  return parts.join('\n').slice(-8 * maxText)
}

/** Comments without their marks, each as its lines. */
function commentsIn(text: string): string[] {
  const found: string[] = []
  for (const [comment] of text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g)) {
    const bare = comment.startsWith('//') ? comment.slice(2) : comment.slice(2, -2)
    found.push(
      bare
        .split('\n')
        .map((line) =>
          withoutTail(line.replace(/^\s*(?:[/*!#=|+~_-]{2,}(?=\s|$)|[/*!|]+(?=\s|$))/, '')).trim(),
        )
        .join('\n'),
    )
  }
  return found
}

/** Without the frame at a line's end. A pattern for that would begin anew at each mark of a long row of them. */
function withoutTail(line: string): string {
  let end = line.length
  while (end > 0 && /[\s/*#=|+~_-]/.test(line[end - 1]!)) end--
  return line.slice(0, end)
}

/** Lines of a form that an editor fills in, and of licences. */
const form =
  /^\s*(?:company|engineers?|create date|created|design name|module name|module|project(?: name)?|target devices?|tool versions?|dependencies|revision(?:s| history)?|additional comments|authors?|date|file ?name|file|version|e-?mail|organi[sz]ation|website|title|editor|last modified|updated?)\b\s*(?:[:=-]|\d|v\d|by\b|$)/i
const legal =
  /copyright|\(c\)|©|licen[cs]e|permission is|warrant|liab|redistribut|spdx|without limitation|as is|all rights|merchantab|sublicense|gnu\b|shall be included|apache|free software|solderpad|creative commons|no event shall/i
const tools =
  /^\s*(?:verilator|synopsys|synthesis|pragma|cadence|lint_o|vim?:|-\*-|coverage|translate_o|verible|spyglass|`?timescale)\b/i

/** What is left of a comment once forms and licences are gone. */
function meant(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => !tools.test(line))
    .filter((line) => !(form.test(line) && !/^\s*(?:description|function)/i.test(line)))
  const paragraphs = lines.join('\n').split(/\n\s*\n/)
  const kept = paragraphs.filter((paragraph) => !legal.test(paragraph)).join('\n\n')
  return withoutControls(kept)
    .replace(/^\s*description\s*[:-]\s*/gim, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function withoutControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them belongs into a text.
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, ' ')
}

/** So many words a description has at least, of which so many are different and not in the module's name. */
const leastWords = 6
const leastOwnWords = 4

/** Whether a text says more than a name. */
export function says(text: string, module: string): boolean {
  const words = text.toLowerCase().match(/[a-z]{2,}/g) ?? []
  const inName = module.toLowerCase()
  const own = new Set(words.filter((word) => !inName.includes(word)))
  return words.length >= leastWords && own.size >= leastOwnWords
}

/** Longest line that may declare a port. */
const maxLine = 500

/**
 * Comments on the line of a port's declaration: `input [3:0] a, // first operand`. The lines are a stranger's, and read
 * outside of any sandbox: no pattern here may take longer than its line is long, by more than a little.
 */
function portComments(text: string, { name }: Found): Record<string, string> {
  const header = text.slice(0, 20_000)
  const found: Record<string, string> = {}
  for (const line of header.split('\n').slice(0, 300)) {
    const at = line.slice(0, maxLine).search(/\/[/*]/)
    if (at < 0) continue
    const code = line.slice(0, at).replace(/\s+/g, ' ')
    const declared =
      /^ ?[(,]? ?(?:input|output)\b[^;]*?([A-Za-z_]\w*) ?(?:\[[^\]]*\] ?)?[,;)]* ?$/.exec(code) ??
      /^ ?[(,]? ?([A-Za-z_]\w*) ?,? ?\)?;? ?$/.exec(code)
    const comment = line.slice(at + 2).trim()
    const bare = comment.endsWith('*/') ? comment.slice(0, -2) : comment
    const said = bare.replace(/[^\x20-\x7e]/g, ' ').trim()
    if (declared !== null && declared[1] !== name && /[a-z]{2}/i.test(said))
      found[declared[1]!] ??= said.slice(0, maxPortText)
  }
  return found
}

/** A text that stands beside the file and is about nothing else: `NAME.txt`, `NAME_prompt.txt`, `design_description.txt`. */
export async function textBeside(
  root: string,
  pile: Pile,
  file: string,
  module: string,
): Promise<Extract<Plan['description'], { kind: 'beside' }> | undefined> {
  if (!isMain(pile.sources.get(file), module)) return undefined
  const slash = file.lastIndexOf('/') + 1
  const [directory, name] = [file.slice(0, slash), file.slice(slash)]
  const stem = name.replace(/\.\w+$/, '').replace(/^verified_|_(?:ref|verified)$/g, '')
  const alone =
    [...pile.sources.keys()].filter(
      (other) =>
        other.startsWith(directory) &&
        !other.slice(slash).includes('/') &&
        !/testbench|_tb\b|^tb_/.test(other.slice(slash)),
    ).length === 1
  const names = [
    `${stem}_prompt.txt`,
    `${stem}.txt`,
    `${stem}.md`,
    ...(alone ? ['design_description.txt'] : []),
  ]
  for (const each of names) {
    const path = `${directory}${each}`
    if (!pile.beside.has(path)) continue
    try {
      const text = (await readInside(root, path, 64 * 1024)).toString('utf8')
      const plain = withoutControls(text.replace(/\r/g, '')).trim()
      if (says(plain, '')) return { kind: 'beside', text: plain.slice(0, 2 * maxText), file: path }
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown
    }
  }
  return undefined
}

/** Whether a module is the one that its file is about: no other of the file uses it, and all others are used. */
function isMain(scanned: Scanned | undefined, module: string): boolean {
  const used = new Set<string>()
  scanned?.tokens.forEach(({ text }, index) => {
    if (isInstance(scanned.tokens, index)) used.add(text)
  })
  const roots = new Set(scanned?.modules.map(({ name }) => name).filter((name) => !used.has(name)))
  return roots.size === 1 && roots.has(module)
}
