import { sentencesOf } from './sentences.ts'

/** A library that a file asks for: `From Some Require Import Name`. */
export interface Required {
  /** `Some`, or undefined. */
  readonly from: string | undefined
  /** As it is written: `Name`, `Some.Name`. */
  readonly name: string
}

const command = /^(?:From\s+([\p{L}\p{N}_'.]+)\s+)?Require\b([\s\S]*)\.$/u

/** What a sentence requires; empty where it is another command. */
export function requiredBy(sentence: string): Required[] {
  if (!/^(?:From|Require)\b/.test(sentence)) return []
  const found = command.exec(withoutComments(sentence))
  if (!found) return []
  // Import categories, `-(coercions)`, are no names.
  const rest = found[2]!.replace(/\([^()]*\)/g, ' ').replace(/^\s*(?:Import|Export)\b/, '')
  const names = rest.match(/(?<![\p{L}\p{N}_'.])[\p{L}_][\p{L}\p{N}_'.]*/gu) ?? []
  return names.map((name) => ({ from: found[1], name }))
}

/** All that a file requires, in its order. */
export function requiredIn(text: string): Required[] {
  return [...sentencesOf(text)].flatMap(({ kind, text: each }) =>
    kind === 'sentence' ? requiredBy(each) : [],
  )
}

/** A sentence with a blank for each comment. Comments nest. */
export function withoutComments(sentence: string): string {
  const open: number[] = []
  const comments: { readonly start: number; readonly end: number }[] = []
  for (const { 0: mark, index } of sentence.matchAll(/\(\*|\*\)/g)) {
    if (mark === '(*') {
      open.push(index)
      continue
    }
    const start = open.pop()
    if (start === undefined) continue
    while (comments.length > 0 && comments.at(-1)!.start > start) comments.pop()
    comments.push({ start, end: index + 2 })
  }
  const pieces: string[] = []
  let at = 0
  for (const { start, end } of comments) {
    pieces.push(sentence.slice(at, start))
    at = end
  }
  return [...pieces, sentence.slice(at)].join(' ')
}
