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
  const rest = found[2]!.replace(/\([^)]*\)/g, ' ').replace(/^\s*(?:Import|Export)\b/, '')
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
  let text = sentence
  for (;;) {
    const less = text.replace(/\(\*(?:(?!\(\*|\*\))[\s\S])*\*\)/g, ' ')
    if (less === text) return text
    text = less
  }
}
