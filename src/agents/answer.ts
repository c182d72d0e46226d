import { fileSet } from '../core/files.ts'
import type { Submission } from '../core/submission.ts'
import type { AnswerSpec } from '../core/task.ts'
import { type Block, blocksOf } from './fences.ts'
import { isPlainlyCode } from './prose.ts'

/**
 * The answer in a model's reply, or undefined where it has none. Files are taken from fenced blocks by the path
 * in the info string, on the line before, or in a comment on the first line; where one file is asked for, a block
 * without a path will do, and so will a whole reply that is plainly code. Time is linear in the reply's size.
 */
export function answerFrom(reply: string, spec: AnswerSpec): Submission | undefined {
  const said = withoutThought(reply)
  const blocks = blocksOf(said).filter((block) => block.text.trim() !== '')
  if (spec.kind === 'text') {
    const text = (blocks.at(-1)?.text ?? said).trim()
    return text === '' ? undefined : { kind: 'text', text }
  }
  const named = new Map<string, Block[]>()
  const unnamed: Block[] = []
  for (const block of blocks) {
    const path = pathOf(block, spec.paths)
    const same = path === undefined ? unnamed : (named.get(path) ?? [])
    same.push(block)
    if (path !== undefined) named.set(path, same)
  }
  const files = new Map<string, string>()
  for (const path of spec.paths) {
    const block = best(named.get(path) ?? [], 'last')
    if (block) files.set(path, withNewline(block.text))
  }
  if (files.size === 0) {
    const guessed =
      spec.paths.length === 1 ? only(unnamed, blocks, said) : inOrder(unnamed, spec.paths.length)
    for (const [at, text] of guessed.entries()) files.set(spec.paths[at]!, withNewline(text))
  }
  return files.size === 0 ? undefined : { kind: 'files', files: fileSet(files) }
}

/** What a reasoning model thinks aloud is no part of its answer. */
function withoutThought(reply: string): string {
  let kept = ''
  let from = 0
  let thinking = false
  for (const tag of reply.matchAll(/^[ \t]*<think(?:ing)?>|<\/think(?:ing)?>/gm)) {
    const closes = tag[0].startsWith('</')
    if (closes && !thinking && kept === '') from = tag.index + tag[0].length
    if (closes === thinking) {
      if (!closes) kept += reply.slice(from, tag.index)
      thinking = !closes
      from = tag.index + tag[0].length
    }
  }
  return thinking ? kept : kept + reply.slice(from)
}

/** The path that a block is for: one of those asked for, or another one, which makes it no candidate. */
function pathOf(block: Block, wanted: readonly string[]): string | undefined {
  const first = block.text.slice(0, 300).split('\n', 1)[0] ?? ''
  const comment = /^\s*(\/\/|#|--|\/\*|\(\*|;|%|<!--)\s/.test(first) ? first : ''
  const places = [block.info, block.lead, comment].map((place) => wordsOf(place.slice(0, 300)))
  for (const words of places) {
    const exact = words.find((word) => wanted.includes(word))
    if (exact !== undefined) return exact
    const same = wanted.filter((path) => words.some((word) => baseOf(word) === baseOf(path)))
    if (same.length === 1) return same[0]
  }
  const [inInfo = [], inLead = []] = places
  return inInfo.find(isFileName) ?? (inLead.length === 1 ? inLead.find(isFileName) : undefined)
}

/** Words without the marks that Markdown, comments and `path=` put around a name. */
function wordsOf(text: string): string[] {
  return text
    .split(/[\s`*"'=:()[\]{}<>,;#]+/)
    .map((word) => word.replace(/^\.\//, '').replace(/\.$/, ''))
    .filter((word) => word !== '')
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function isFileName(word: string): boolean {
  return /^[\w./-]*\w\.[A-Za-z]\w{0,7}$/.test(word)
}

/** Of several drafts the closed ones; of those the last, or the last one that is no mere fragment of another. */
function best(blocks: readonly Block[], which: 'last' | 'large'): Block | undefined {
  const closed = blocks.filter((block) => block.closed)
  const drafts = closed.length > 0 ? closed : blocks
  if (which === 'last') return drafts.at(-1)
  const largest = drafts.reduce((size, { text }) => Math.max(size, text.length), 0)
  return drafts.findLast(({ text }) => text.length * 2 >= largest)
}

/** What people type or see, and not what they hand in. */
const transcripts = /^(bash|sh|shell|zsh|console|terminal|output|log|diff|plaintext|stdout)\b/i

function only(unnamed: readonly Block[], all: readonly Block[], said: string): string[] {
  const code = unnamed.filter(({ info }) => !transcripts.test(info))
  const block = best(code.length > 0 ? code : unnamed, 'large')
  if (block) return [block.text]
  return all.length === 0 && isPlainlyCode(said) ? [said.trim()] : []
}

function inOrder(unnamed: readonly Block[], wanted: number): string[] {
  return unnamed.length === wanted ? unnamed.map(({ text }) => text) : []
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
